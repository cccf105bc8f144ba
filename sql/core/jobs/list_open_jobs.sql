-- Jobs that are waiting, held or running, the first to be due first.
select *
from (
    select
        id, queue, kind, status, promise_key, attempts as tries, max_attempts as max_tries,
        run_at, created_at,
        finished_at, last_error
    from jobs
    where status = 'pending' and (:queue::text is null or queue = :queue)
    union all  -- not `status in (…)`, which neither of the partial indexes can answer
    select
        id, queue, kind, status, promise_key, attempts as tries, max_attempts as max_tries,
        run_at, created_at,
        finished_at, last_error
    from jobs
    where status = 'running' and (:queue::text is null or queue = :queue)
) as open
order by run_at, id
limit :limit;
