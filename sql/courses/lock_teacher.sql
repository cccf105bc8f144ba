-- Holds the owner of a course against being demoted, while it is published; no row for an owner who
-- is a student.
select users.id
from courses
join users on users.id = courses.instructor_id
where courses.id = :course_id and users.role in ('instructor', 'admin')
for share of users;
