-- Holds an enrolment while it changes, and the course's lessons against removal: whoever removes
-- one waits for us (lock_completions.sql), or else we see it gone. Without that, one student's
-- last lesson and a teacher's removal could each be told that something is still left to do.
select e.id, e.course_id, e.student_id, e.status, c.instructor_id, e.updated_at
from enrollments e
join courses c on c.id = e.course_id
cross join lateral
    pg_advisory_xact_lock_shared(hashtextextended('completions ' || e.course_id, 0)) as held
where e.id = :enrollment_id
for update of e;
