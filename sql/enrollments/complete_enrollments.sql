-- Completes, once, those of these enrolments that have nothing left to do.
-- wakes: webhooks
update enrollments
set status = 'completed', completed_at = statement_timestamp()
where id in (select id from finished_enrollments where id = any(:enrollment_ids::uuid[]))
returning id;
