-- One delivery.
select id, webhook_id, event_id, event_type, status, attempts, next_attempt_at, created_at
from webhook_deliveries
where id = :delivery_id;
