-- Sends again what failed of the events since then, and what the webhook was not told while
-- it was disabled; as its owner may see it now.
insert into webhook_deliveries as kept (webhook_id, event_id, event_type)
select webhooks.id, events.id, events.type
from webhooks
join users on users.id = webhooks.owner_id
join events on events.type = any(webhooks.types)
where webhooks.id = :webhook_id
    and events.id >= :since_id  -- in the order of time: the least id of that moment
    and (users.role = 'admin' or events.instructor_id = users.id)
on conflict on constraint webhook_deliveries_once do update
set status = 'pending', tries = 0, next_attempt_at = now()
where kept.status = 'failed';
