-- The jobs that a worker takes now: due ones of the kinds it knows, each kind in its turn.
with due as materialized (
    select found.id, found.kind, found.run_at, share.max_tries
    from unnest(:kinds::text[], :rooms::integer[], :max_tries::integer[])
        as share (kind, room, max_tries)
    cross join lateral (
        -- One index scan for each kind, so that a kind with a million due jobs hides no other kind.
        -- Rows locked here beyond :room are free again when the statement ends.
        select jobs.id, jobs.kind, jobs.run_at
        from jobs
        where jobs.queue = :queue
            and jobs.kind = share.kind
            and jobs.status = 'pending'
            and jobs.run_at <= now()
        order by jobs.run_at
        limit share.room
        for update skip locked
    ) as found
),
chosen as (
    select id, max_tries
    from (
        select
            id,
            max_tries,
            run_at,
            row_number() over (partition by kind order by run_at) as turn
        from due
    ) as ranked
    order by turn, run_at
    limit :room
)
update jobs
set
    status = 'running',
    attempts = jobs.attempts + 1,
    -- A dead job that was retried has more tries than its kind gives to new ones.
    max_attempts = case
        when jobs.attempts = 0 then chosen.max_tries else jobs.max_attempts
    end,
    lease_expires_at = now() + make_interval(secs => :lease_seconds)
from chosen
where jobs.id = chosen.id
returning
    jobs.id,
    jobs.queue,
    jobs.kind,
    jobs.args,
    jobs.promise_key,
    jobs.attempts as try_number,
    jobs.max_attempts as max_tries,
    jobs.created_at,
    jobs.traceparent;
