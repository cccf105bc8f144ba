-- Gives a course to another teacher, held against being demoted meanwhile. No row if they do not
-- teach.
with teacher as materialized (
    select id from users where id = :instructor_id and is_teacher(users) for share
)
update courses set instructor_id = teacher.id
from teacher
where courses.id = :course_id
returning courses.id;
