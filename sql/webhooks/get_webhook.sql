-- One webhook.
select id, url, types, is_active, disabled_reason, created_at, owner_id, updated_at
from webhooks
where id = :webhook_id;
