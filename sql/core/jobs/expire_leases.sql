-- Jobs whose worker fell silent: due again, or dead after the last try.
update jobs
set
    status = case when attempts >= max_attempts then 'dead' else 'pending' end,
    finished_at = case when attempts >= max_attempts then now() end,
    run_at = case when attempts >= max_attempts then run_at else now() end,
    lease_expires_at = null,
    last_error = 'The worker fell silent: killed, frozen, or cut off from PostgreSQL.'
where id in (
    select id
    from jobs
    where status = 'running' and lease_expires_at <= now()
    order by lease_expires_at
    limit :limit
    for update skip locked  -- a locked one is being finished, or another worker expires it
)
returning id, queue, kind, attempts as try_number, status;
