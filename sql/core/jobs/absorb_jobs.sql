-- Finishes the due jobs of this kind and args: another does their work.
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
    for update skip locked  -- one that is locked is being claimed, and sees for itself
);
