-- Locks the enrolment that a certificate is asked for; returns its student and teacher.
select e.id, e.student_id, c.instructor_id, e.status
from enrollments e
join courses c on c.id = e.course_id
where e.id = :enrollment_id
for update of e;
