-- A page of a student's enrolments, by the course's title.
select d.id, d.course, d.student_id, d.status, d.progress_percent, d.completed_lessons,
       d.total_lessons, d.time_spent_seconds, d.resume_lesson_id, d.enrolled_at, d.completed_at,
       d.last_accessed_at, d.updated_at
from (
    select e.id, lower(c.title) as sort_key
    from enrollments e
    join courses c on c.id = e.course_id
    where e.student_id = :student_id
      and (:status::text is null or e.status = :status)
      and (:updated_since::timestamptz is null or e.updated_at >= :updated_since)
      and (lower(c.title), e.id) > (lower(:after_title), :after_id)
    order by sort_key, e.id
    limit :limit
) as page
join enrollment_details d on d.id = page.id
order by page.sort_key, d.id;
