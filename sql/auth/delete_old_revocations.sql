-- Deletes a batch of revocations that every process has read long ago.
delete from revocations
where ctid = any(array(
    select ctid from revocations
    where at < :before
    order by at
    limit :limit
    for update skip locked
));
