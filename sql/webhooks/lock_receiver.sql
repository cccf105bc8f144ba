-- Where a webhook's deliveries go and how they are signed. Locked, as in every change of a webhook.
select
    webhooks.id, webhooks.owner_id, webhooks.url,
    -- A webhook whose owner teaches no more is told nothing more.
    webhooks.is_active and is_teacher(users) as is_active,
    webhooks.failing_since, webhooks.secret_key_id, webhooks.secret_box,
    case when webhooks.old_secret_until > now() then webhooks.old_secret_key_id end
        as old_secret_key_id,
    case when webhooks.old_secret_until > now() then webhooks.old_secret_box end
        as old_secret_box
from webhooks
join users on users.id = webhooks.owner_id
where webhooks.id = :webhook_id
for no key update of webhooks;
