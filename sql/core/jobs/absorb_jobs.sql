-- Finishes the other due jobs of this kind and args, since one job does the work of all.
update jobs
set status = 'done', finished_at = now(), last_error = null
where id in (
    select id
    from jobs
    where queue = :queue
        and kind = :kind
        and status = 'pending'
        and run_at <= now()
        and args = :args
    for update skip locked  -- a locked one is being claimed, and will look by itself
);
