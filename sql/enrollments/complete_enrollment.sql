-- Completes an enrolment, once, if nothing is left to do.
-- wakes: webhooks
update enrollments
set status = 'completed', completed_at = statement_timestamp()
where id = :enrollment_id and id in (select id from finished_enrollments where id = :enrollment_id)
returning id;
