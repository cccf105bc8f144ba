-- Finishes a job; touches no row if this try lost its lease or a later try began.
update jobs
set status = 'done', finished_at = now(), lease_expires_at = null, last_error = null
where id = :id
    and attempts = :try_number
    and status = 'running'
    -- Not now(), which is when the transaction began: it may have been frozen since.
    and lease_expires_at > clock_timestamp();
