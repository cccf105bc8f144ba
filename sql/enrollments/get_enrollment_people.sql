-- The student of an enrolment, and the course's teacher.
select e.id, e.course_id, e.student_id, e.status, c.instructor_id, e.updated_at
from enrollments e
join courses c on c.id = e.course_id
where e.id = :enrollment_id;
