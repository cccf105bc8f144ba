-- A delivery is made again from the start of its schedule.
-- wakes: webhooks
update webhook_deliveries
set status = 'pending', tries = 0, next_attempt_at = now()
where id = :delivery_id;
