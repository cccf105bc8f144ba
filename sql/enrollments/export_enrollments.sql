-- The person's enrolments and their progress.
select e.id, e.course_id, c.title as course_title, e.status, e.enrolled_at, e.completed_at,
       e.last_accessed_at, e.dropped_at, e.removed_reason
from enrollments e
join courses c on c.id = e.course_id
where e.student_id = :user_id order by e.enrolled_at, e.id;
