-- Locks a webhook while it is changed; new events may still refer to it.
select id, url, types, is_active, disabled_reason, created_at, owner_id, updated_at
from webhooks
where id = :webhook_id
for no key update;
