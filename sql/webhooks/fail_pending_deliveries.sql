-- Marks a batch of the waiting deliveries of a disabled webhook as failed; they can be recovered.
with waiting as materialized (
    select id
    from webhook_deliveries
    where webhook_id = :webhook_id and status = 'pending'
    order by id  -- whoever writes many deliveries locks them in this order
    limit :limit
    for no key update
)
update webhook_deliveries
set status = 'failed', next_attempt_at = null
from waiting
where webhook_deliveries.id = waiting.id;
