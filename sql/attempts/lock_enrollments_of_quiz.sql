-- Locks the enrolments of a quiz's closed attempts, in one order, and before the attempts. It also
-- locks the course's lessons against removal, as lock_enrollment_of_attempt.sql does.
select e.id
from enrollments e
cross join lateral
    pg_advisory_xact_lock_shared(hashtextextended('completions ' || e.course_id, 0)) as held
where e.id in (select enrollment_id from attempts
               where quiz_id = :quiz_id and status <> 'in_progress')
order by e.id
for no key update of e;
