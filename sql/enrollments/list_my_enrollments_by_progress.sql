-- A page of a student's enrolments, the furthest first.
select d.id, d.course, d.student_id, d.status, d.progress_percent, d.completed_lessons,
       d.total_lessons, d.time_spent_seconds, d.resume_lesson_id, d.enrolled_at, d.completed_at,
       d.last_accessed_at, d.updated_at
from (
    select e.id, f.progress_percent
    from enrollments e
    join enrollment_details f on f.id = e.id
    where e.student_id = :student_id
      and (:status::text is null or e.status = :status)
      and (:updated_since::timestamptz is null or e.updated_at >= :updated_since)
      and (f.progress_percent, e.id) < (:before_percent, :before_id)
    order by f.progress_percent desc, e.id desc
    limit :limit
) as page
join enrollment_details d on d.id = page.id
order by page.progress_percent desc, d.id desc;
