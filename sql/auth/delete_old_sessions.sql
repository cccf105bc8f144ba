-- Deletes a batch of sessions that expired before a moment; a trigger tells all processes.
delete from sessions
where ctid = any(array(
    select ctid from sessions
    where expires_at < :before
    order by expires_at
    limit :limit
    for update skip locked
));
