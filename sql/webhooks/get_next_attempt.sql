-- When a webhook's next delivery is due; no row while nothing waits.
select next_attempt_at
from webhook_deliveries
where webhook_id = :webhook_id and status = 'pending'
order by next_attempt_at
limit 1;
