-- Prolongs the leases of these attempts; those that are lost, and must stop.
with held as (
    select id, attempt
    from unnest(:ids::uuid[], :attempts::integer[]) as held (id, attempt)
),
kept as (
    select jobs.id
    from jobs
    join held on held.id = jobs.id and held.attempt = jobs.attempts
    where jobs.status = 'running' and jobs.lease_expires_at > now()
    for update of jobs skip locked  -- one that is locked is being finished by its own task
),
renewed as (
    update jobs
    set lease_expires_at = now() + make_interval(secs => :lease_seconds)
    from kept
    where jobs.id = kept.id
)
select held.id, held.attempt
from held
where not exists (
    select
    from jobs
    where jobs.id = held.id
        and jobs.attempts = held.attempt
        and jobs.status = 'running'
        and jobs.lease_expires_at > now()
);
