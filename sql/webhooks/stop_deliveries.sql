-- Of these deliveries, stops those that their webhook's owner may not have now: after the course
-- changed hands, or the owner ceased to teach. Returns what was stopped.
update webhook_deliveries
set status = 'failed', next_attempt_at = null
where id = any(:delivery_ids::uuid[]) and status = 'pending'
    and not exists (
        select
        from webhooks
        join users on users.id = webhooks.owner_id
        join events on events.id = webhook_deliveries.event_id
        where webhooks.id = webhook_deliveries.webhook_id
            and case when events.type = 'webhook.test' then is_teacher(users)
                     else may_hear_of(users, events.instructor_id) end
    )
returning id;
