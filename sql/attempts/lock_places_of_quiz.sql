-- Holds the enrolments of a quiz's closed attempts, in one order, and before the attempts.
select e.id
from enrollments e
where e.id in (select enrollment_id from attempts
               where quiz_id = :quiz_id and status <> 'in_progress')
order by e.id
for no key update of e;
