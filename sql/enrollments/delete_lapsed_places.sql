-- Deletes a batch of places past their time: the addresses in them are people's.
delete from invited_places
where ctid = any(array(
    select ctid from invited_places
    where expires_at <= :before
    order by expires_at
    limit :limit
    for update skip locked
));
