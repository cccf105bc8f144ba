-- The queue of a held promise that becomes due now; no row if none was held.
update jobs
set run_at = now()
where promise_key = :promise_key and status = 'pending' and run_at = 'infinity'
returning queue;
