-- Finishes a batch of the other due jobs of this kind and args, since one job does the work of all.
with others as materialized (
    select id
    from jobs
    where queue = :queue
        and kind = :kind
        and status = 'pending'
        and run_at <= now()
        and args = :args
    order by run_at
    limit :limit
    for update skip locked  -- a locked one is being claimed, and will look by itself
)
update jobs
set status = 'done', finished_at = now(), last_error = null
from others
where jobs.id = others.id;
