-- Advances each due schedule past now and promises its job. Returns the names that this call fired.
with due as (
    select schedules.name, schedules.next_due_at, task.queue, task.kind, task.every_seconds
    from unnest(:names::text[], :queues::text[], :kinds::text[], :every_seconds::float8[])
        as task (name, queue, kind, every_seconds)
    join schedules on schedules.name = task.name
    where schedules.next_due_at <= now()
    for update of schedules skip locked  -- another scheduler is firing it at this moment
),
advanced as (
    update schedules
    -- Times that were missed while no scheduler ran are made up for by this one job.
    set next_due_at = to_timestamp(
        (floor(extract(epoch from now()) / due.every_seconds) + 1) * due.every_seconds
    )
    from due
    where schedules.name = due.name
    returning schedules.name, due.next_due_at as due_at, due.queue, due.kind
),
promised as (
    insert into jobs (queue, kind, args, promise_key)
    select queue, kind, jsonb_build_object('due_at', due_at), format('%s@%s', name, due_at)
    from advanced
    -- While no worker runs, the one waiting job stands for all the missed ones.
    where not exists (
        select
        from jobs
        where jobs.queue = advanced.queue
            and jobs.kind = advanced.kind
            and jobs.status = 'pending'
            and jobs.attempts = 0
    )
    on conflict on constraint jobs_promised_once do nothing
)
select name, queue from advanced;
