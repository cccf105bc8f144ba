create or replace function fan_out_event() returns trigger language plpgsql
set plan_cache_mode = force_generic_plan as $$
begin
    with told as (
        insert into webhook_deliveries (webhook_id, event_id, event_type)
        select webhooks.id, new.id, new.type
        from webhooks
        join users on users.id = webhooks.owner_id
        where webhooks.is_active
            and new.type = any(webhooks.types)
            and users.is_active
            and (
                users.role = 'admin'
                or (
                    users.role = 'instructor'
                    and exists (
                        select
                        from courses
                        where courses.id = new.course_id and courses.instructor_id = users.id
                    )
                )
            )
        -- One that is deleted at this moment is left out, instead of failing its foreign key.
        for key share of webhooks
        returning webhook_id
    )
    insert into jobs (queue, kind, args)
    select 'webhooks', 'deliver_to_webhook', jsonb_build_object('webhook_id', told.webhook_id)
    from told;
    return null;
end $$;

drop trigger courses_hand_over_events on courses;
drop function hand_over_events();
drop trigger events_belong on events;
drop function own_event();
alter table events drop column instructor_id;
