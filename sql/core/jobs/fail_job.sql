-- Notes a failed try; returns the job's new status, pending or dead. No row if a later try began.
update jobs
set
    status = case when is_last then 'dead' else 'pending' end,
    finished_at = case when is_last then now() end,
    run_at = case when is_last then run_at else now() + make_interval(secs => :delay_seconds) end,
    lease_expires_at = null,
    last_error = :error
from (
    select id as failed_id, (:give_up or attempts >= max_attempts) as is_last
    from jobs
    where id = :id
) as failed
where id = failed_id and attempts = :try_number and status = 'running'
returning status;
