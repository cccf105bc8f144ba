-- Locks a course while it or its lessons change: two editors take turns, students do not wait.
select id, instructor_id, status, updated_at
from courses
where id = :course_id
for no key update;  -- the stronger lock would make every enrolment wait
