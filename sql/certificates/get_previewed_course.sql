-- How a course's certificates look, and whose it is.
select id, instructor_id, status, title, language, certificate as design
from courses
where id = :course_id;
