-- Marks the waiting deliveries of a disabled webhook as failed; they can be recovered.
update webhook_deliveries
set status = 'failed', next_attempt_at = null
where webhook_id = :webhook_id and status = 'pending';
