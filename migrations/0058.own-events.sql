-- Whose event it is: the instructor of its course now, so that her log is one walk of an index,
-- however many courses she has and whatever else happened.
-- depends: 0024.create-events 0025.create-webhooks 0057.plan-once

alter table events add column instructor_id uuid;

create function own_event() returns trigger language plpgsql as $$
begin
    select instructor_id into new.instructor_id from courses where id = new.course_id;
    return new;
end $$;
create trigger events_belong before insert on events
    for each row when (new.course_id is not null) execute function own_event();

-- A course that changes hands takes its events along. No event may be written meanwhile: its
-- writer could not see the new hands yet, and we not the event.
create function hand_over_events() returns trigger language plpgsql as $$
begin
    lock table events in share row exclusive mode;
    update events set instructor_id = new.instructor_id where course_id = new.id;
    return null;
end $$;
create trigger courses_hand_over_events after update of instructor_id on courses
    for each row when (old.instructor_id <> new.instructor_id)
    execute function hand_over_events();

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
                or (users.role = 'instructor' and users.id = new.instructor_id)
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
