-- Whose enrolment it is, and who teaches the course.
select e.id, e.course_id, e.student_id, c.instructor_id
from enrollments e
join courses c on c.id = e.course_id
where e.id = :enrollment_id;
