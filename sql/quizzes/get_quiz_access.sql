-- The facts that decide who sees a quiz.
select q.id, q.course_id, q.status, c.instructor_id, c.status as course_status,
       exists (select from enrollments e
               where e.course_id = c.id and e.student_id = :user_id::uuid
                 and has_access(e)) as is_enrolled
from quizzes q
join courses c on c.id = q.course_id
where q.id = :quiz_id;
