-- Notes a failed try; returns the job's new status: :ending, or pending, or dead after the last try.
-- No row if a later try began.
update jobs
set
    status = failed.became,
    finished_at = case when failed.became <> 'pending' then now() end,
    run_at = case
        when failed.became = 'pending' then now() + make_interval(secs => :delay_seconds)
        else run_at
    end,
    lease_expires_at = null,
    last_error = :error
from (
    select
        id as failed_id,
        coalesce(
            :ending::text, case when attempts >= max_attempts then 'dead' else 'pending' end
        ) as became
    from jobs
    where id = :id
) as failed
where id = failed_id and attempts = :try_number and status = 'running'
returning status;
