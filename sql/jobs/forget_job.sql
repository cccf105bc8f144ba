-- Finishes one attempt at a duty by deleting its row, which its schedule made and makes again;
-- no row if its lease ran out or a later attempt began, as in finish_job.
delete from jobs
where id = :id
    and attempts = :attempt
    and status = 'running'
    and lease_expires_at > clock_timestamp();
