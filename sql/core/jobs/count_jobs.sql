-- For each queue: jobs that are due, running and dead, and for how long the first has been due.
select
    queue.name as queue,
    due.count as depth,
    due.oldest_seconds,
    (
        select count(*)
        from jobs
        where jobs.status = 'running' and jobs.queue = queue.name
    ) as running,
    (
        select count(*)
        from jobs
        where jobs.status = 'dead' and jobs.queue = queue.name
    ) as dead
from unnest(:queues::text[]) as queue (name)
cross join lateral (
    select
        count(*) as count,
        coalesce(extract(epoch from now() - min(jobs.run_at)), 0)::float8 as oldest_seconds
    from jobs
    where jobs.queue = queue.name and jobs.status = 'pending' and jobs.run_at <= now()
) as due;
