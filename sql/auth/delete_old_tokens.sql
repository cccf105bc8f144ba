-- Deletes a batch of mailed tokens that expired before a moment.
delete from mailed_tokens
where ctid = any(array(
    select ctid from mailed_tokens
    where expires_at < :before
    order by expires_at
    limit :limit
    for update skip locked
));
