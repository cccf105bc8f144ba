-- Finishes a periodic task by deleting its row, since its schedule makes the next one;
-- touches no row if this try lost its lease or a later try began, as in finish_job.
delete from jobs
where id = :id
    and attempts = :try_number
    and status = 'running'
    and lease_expires_at > clock_timestamp();
