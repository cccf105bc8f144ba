-- A page of a student's enrolments, the latest first.
select d.id, d.course, d.student_id, d.status, d.progress_percent, d.completed_lessons,
       d.total_lessons, d.time_spent_seconds, d.resume_lesson_id, d.enrolled_at, d.completed_at,
       d.last_accessed_at, d.updated_at
from (
    select e.id
    from enrollments e
    where e.student_id = :student_id
      and (:status::text is null or e.status = :status)
      and (:updated_since::timestamptz is null or e.updated_at >= :updated_since)
      and (e.enrolled_at, e.id) < (:before_time, :before_id)
    order by e.enrolled_at desc, e.id desc
    limit :limit
) as page
join enrollment_details d on d.id = page.id
order by d.enrolled_at desc, d.id desc;
