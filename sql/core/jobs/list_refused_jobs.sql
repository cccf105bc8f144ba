-- Jobs that somebody else refused for good, the latest first.
select
    id, queue, kind, status, promise_key, attempts as tries, max_attempts as max_tries, run_at, created_at,
    finished_at, last_error
from jobs
where status = 'refused' and (:queue::text is null or queue = :queue)
order by finished_at desc, id desc
limit :limit;
