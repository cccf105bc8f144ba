-- From which course staff removed a student, and why; no row once the student is back.
select c.title, e.removed_reason as reason
from enrollments e
join courses c on c.id = e.course_id
where e.id = :enrollment_id and e.status = 'dropped' and e.removed_reason is not null;
