-- A delivery of an event that is made for it, and stands in nobody's log.
with event as (
    insert into events (type, data)
    values ('webhook.test', jsonb_build_object('webhook_id', :webhook_id::uuid))
    returning id, type
)
insert into webhook_deliveries (webhook_id, event_id, event_type)
select :webhook_id, id, type from event
returning id;
