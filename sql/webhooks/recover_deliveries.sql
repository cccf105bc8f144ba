-- Sends what has not succeeded of the events after a position: what failed, what waits for its next
-- try, and what the webhook was not told while it was disabled; events that its owner may see now.
-- How many of the first :limit that was, and where to go on.
-- wakes: webhooks
with missed as materialized (
    select events.id, events.type
    from webhooks
    join users on users.id = webhooks.owner_id
    join events on events.type = any(webhooks.types)
    left join webhook_deliveries as told
        on told.webhook_id = webhooks.id and told.event_id = events.id
    where webhooks.id = :webhook_id
        and events.id > :after_id  -- in the order of time
        and may_hear_of(users, events.instructor_id)
        and (not events.is_farewell or events.instructor_id = users.id)
        and (
            told.id is null
            or told.status = 'failed'
            or (told.status = 'pending' and told.next_attempt_at > now())
        )
    order by events.id
    limit :limit
),
recovered as (
    insert into webhook_deliveries as kept (webhook_id, event_id, event_type)
    select :webhook_id, missed.id, missed.type
    from missed
    on conflict on constraint webhook_deliveries_once do update
    set status = 'pending', tries = 0, next_attempt_at = now()
    where kept.status = 'failed' or (kept.status = 'pending' and kept.next_attempt_at > now())
    returning 1
)
select
    (select count(*) from recovered) as count,
    case
        when (select count(*) from missed) = :limit
            then (select id from missed order by id desc limit 1)
    end as rest_after;
