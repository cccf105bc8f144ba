-- What waits for a webhook that is disabled has failed; it can be recovered.
update webhook_deliveries
set status = 'failed', next_attempt_at = null
where webhook_id = :webhook_id and status = 'pending';
