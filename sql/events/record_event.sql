-- A new event, and whether any webhook may want events of its type.
insert into events (type, course_id, data)
values (:type, :course_id, :data)
returning
    id,
    exists (
        select from webhooks where webhooks.is_active and events.type = any(webhooks.types)
    ) as is_awaited;
