-- Locks the enrolment of an attempt; always before the attempt itself. It also locks the course's
-- lessons against removal, as completing a lesson does: passing a quiz may complete the course.
select e.id, e.status
from attempts a
join enrollments e on e.id = a.enrollment_id
cross join lateral
    pg_advisory_xact_lock_shared(hashtextextended('completions ' || e.course_id, 0)) as held
where a.id = :attempt_id
for no key update of e;
