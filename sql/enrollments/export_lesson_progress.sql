-- The person's work in lessons.
select p.enrollment_id, p.lesson_id, l.title as lesson_title, p.completed_at, p.time_spent_seconds,
       p.last_position_seconds, p.updated_at
from enrollments e
join lesson_progress p on p.enrollment_id = e.id
join lessons l on l.id = p.lesson_id
where e.student_id = :user_id order by p.enrollment_id, p.lesson_id;
