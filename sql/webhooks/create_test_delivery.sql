-- A delivery of an event that was recorded to try a webhook.
-- wakes: webhooks
insert into webhook_deliveries (webhook_id, event_id, event_type)
select :webhook_id, id, type from events where id = :event_id
returning id;
