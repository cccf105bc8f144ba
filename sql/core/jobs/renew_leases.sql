-- Prolongs the leases of these tries; returns those that are lost and must stop.
with held as (
    select id, try_number
    from unnest(:ids::uuid[], :try_numbers::integer[]) as held (id, try_number)
),
kept as (
    select jobs.id
    from jobs
    join held on held.id = jobs.id and held.try_number = jobs.attempts
    where jobs.status = 'running' and jobs.lease_expires_at > now()
    for update of jobs skip locked  -- a locked one is being finished by its own task
),
renewed as (
    update jobs
    set lease_expires_at = now() + make_interval(secs => :lease_seconds)
    from kept
    where jobs.id = kept.id
)
select held.id, held.try_number
from held
where not exists (
    select
    from jobs
    where jobs.id = held.id
        and jobs.attempts = held.try_number
        and jobs.status = 'running'
        and jobs.lease_expires_at > now()
);
