-- Deletes a batch of challenges that expired before a moment.
delete from mfa_challenges
where ctid = any(array(
    select ctid from mfa_challenges
    where expires_at < :before
    order by expires_at
    limit :limit
    for update skip locked
));
