-- Deletes a batch of registrations that nobody confirmed in time, with their tokens.
delete from pending_registrations
where ctid = any(array(
    select ctid from pending_registrations
    where created_at < :before
    order by created_at
    limit :limit
    for update skip locked
));
