-- Holds the enrolment of an attempt; always before the attempt itself.
select e.id, e.status
from attempts a
join enrollments e on e.id = a.enrollment_id
where a.id = :attempt_id
for no key update of e;
