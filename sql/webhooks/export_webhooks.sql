-- The person's webhooks, without their secrets.
select id, url, types, is_active, disabled_reason, created_at, updated_at
from webhooks where owner_id = :user_id order by created_at, id;
