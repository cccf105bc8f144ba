-- The facts that decide who may read a course's lessons.
select c.id as course_id, c.instructor_id, c.status,
       exists (select from enrollments e
               where e.course_id = c.id and e.student_id = :user_id::uuid
                 and has_access(e)) as is_enrolled
from courses c
where c.id = :course_id;
