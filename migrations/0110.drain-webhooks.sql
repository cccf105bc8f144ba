-- A receiver's promise is its waiting deliveries; a worker makes the one job that serves it.
-- depends: 0025.create-webhooks 0026.create-tallies 0083.ask-who-teaches

-- In the transaction that records an event: a delivery for each webhook whose owner may know
-- of it. Workers look for receivers with due deliveries (sql/webhooks/promise_due_receivers.sql),
-- so that a thousand events of one receiver make one job.
create or replace function fan_out_event() returns trigger language plpgsql
set plan_cache_mode = force_generic_plan as $$
begin
    insert into webhook_deliveries (webhook_id, event_id, event_type)
    select webhooks.id, new.id, new.type
    from webhooks
    join users on users.id = webhooks.owner_id
    where webhooks.is_active
        and new.type = any(webhooks.types)
        and may_hear_of(users, new.instructor_id)
        and (not new.is_farewell or users.id = new.instructor_id)
    -- One that is deleted at this moment is left out, instead of failing its foreign key.
    for key share of webhooks;
    return null;
end $$;

-- What is due and waits for a worker. Deliveries stand for the jobs that serve their receivers;
-- those of a receiver that fails now wait for it, not for a worker.
create view waiting_work as
select jobs.queue, jobs.run_at as due_at
from jobs
where jobs.status = 'pending' and jobs.run_at <= now() and jobs.kind <> 'deliver_to_webhook'
union all
select 'webhooks', webhook_deliveries.next_attempt_at
from webhook_deliveries
join webhooks on webhooks.id = webhook_deliveries.webhook_id
where webhook_deliveries.status = 'pending' and webhook_deliveries.next_attempt_at <= now()
    and webhooks.failing_since is null;
