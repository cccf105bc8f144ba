-- Finishes one attempt; touches no row if its lease ran out or a later attempt began.
update jobs
set status = 'done', finished_at = now(), lease_expires_at = null, last_error = null
where id = :id
    and attempts = :attempt
    and status = 'running'
    -- Not now(), which is when the transaction began: it may have been frozen since.
    and lease_expires_at > clock_timestamp();
