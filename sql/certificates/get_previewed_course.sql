-- The design of a course's certificates, and the course's teacher.
select id, instructor_id, status, title, language, certificate as design
from courses
where id = :course_id;
