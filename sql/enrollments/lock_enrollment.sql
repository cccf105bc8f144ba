-- Locks an enrolment while it changes, and the course's lessons against removal. A request that
-- removes a lesson waits for us (lock_completions.sql), or we see that the lesson is gone.
-- Otherwise a student could complete the next to last lesson while a teacher removes the last one,
-- and neither request would complete the enrolment.
select e.id, e.course_id, e.student_id, e.status, c.instructor_id, e.updated_at
from enrollments e
join courses c on c.id = e.course_id
cross join lateral
    pg_advisory_xact_lock_shared(hashtextextended('completions ' || e.course_id, 0)) as held
where e.id = :enrollment_id
for update of e;
