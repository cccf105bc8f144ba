-- The deliveries of a webhook that are due, the longest due first, with their events.
select due.id, due.event_id, due.tries, events.type, events.created_at as timestamp, events.data
from (
    select id, event_id, tries, next_attempt_at
    from webhook_deliveries
    where webhook_id = :webhook_id and status = 'pending' and next_attempt_at <= now()
    order by next_attempt_at
    limit :limit
) as due
join events on events.id = due.event_id
order by due.next_attempt_at;
