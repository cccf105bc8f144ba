-- Who is told of events, and how each telling went.
-- depends: 0024.create-events

create table webhooks (
    id uuid not null default uuid_v7(),
    owner_id uuid not null,
    url text not null,
    types text[] not null,
    is_active boolean not null default true,
    disabled_reason text,
    secret_key_id text not null,  -- secrets are sealed with the key ring (lms/keys.py)
    secret_box bytea not null,
    old_secret_key_id text,
    old_secret_box bytea,
    old_secret_until timestamptz,  -- until then both sign
    failing_since timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint webhooks_pkey primary key (id),
    constraint webhooks_owner foreign key (owner_id) references users on delete cascade,
    constraint webhooks_want_something check (cardinality(types) > 0),
    constraint webhooks_url_is_short check (char_length(url) <= 2000),
    constraint webhooks_reason_only_when_disabled check (not is_active or disabled_reason is null)
);
-- Not for what deliveries note in it: to them the resource is the same.
create trigger webhooks_touch
    before update of url, types, is_active, secret_box on webhooks
    for each row execute function touch_updated_at();
create index webhooks_by_owner on webhooks (owner_id, created_at desc, id desc);
create index webhooks_by_time on webhooks (created_at desc, id desc);

create table webhook_deliveries (
    id uuid not null default uuid_v7(),
    webhook_id uuid not null,
    event_id uuid not null,
    event_type text not null,
    status text not null default 'pending',
    tries integer not null default 0,  -- since it was made or sent again: its place in the schedule
    attempts jsonb not null default '[]',
    next_attempt_at timestamptz default now(),
    created_at timestamptz not null default now(),
    constraint webhook_deliveries_pkey primary key (id),
    constraint webhook_deliveries_once unique (webhook_id, event_id),
    constraint webhook_deliveries_webhook
        foreign key (webhook_id) references webhooks on delete cascade,
    constraint webhook_deliveries_event
        foreign key (event_id) references events on delete cascade,
    constraint webhook_deliveries_status_known
        check (status in ('pending', 'succeeded', 'failed')),
    constraint webhook_deliveries_only_pending_have_a_next
        check ((status = 'pending') = (next_attempt_at is not null))
);
create index webhook_deliveries_pending on webhook_deliveries (webhook_id, next_attempt_at)
    where status = 'pending';
create index webhook_deliveries_latest on webhook_deliveries (webhook_id, created_at desc, id desc);
create index webhook_deliveries_by_event on webhook_deliveries (event_id);

-- In the transaction that records an event: a delivery for each webhook whose owner may know
-- of it, and the promise to make it.
create function fan_out_event() returns trigger language plpgsql as $$
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
create trigger events_fan_out after insert on events
    for each row execute function fan_out_event();
