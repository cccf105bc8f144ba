-- For each queue: what is due, running, dead and refused, and for how long the first has been due.
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
    ) as dead,
    (
        select count(*)
        from jobs
        where jobs.status = 'refused' and jobs.queue = queue.name
    ) as refused
from unnest(:queues::text[]) as queue (name)
cross join lateral (
    select
        count(*) as count,
        coalesce(extract(epoch from now() - min(waiting_work.due_at)), 0)::float8
            as oldest_seconds
    from waiting_work
    where waiting_work.queue = queue.name
) as due;
