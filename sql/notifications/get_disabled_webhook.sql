-- A disabled webhook; no row if it is active again, or deleted.
select url, disabled_reason as reason
from webhooks
where id = :webhook_id and disabled_reason is not null;
