-- Deletes a batch of dead jobs past their retention.
delete from jobs
where ctid = any(array(
    select ctid from jobs
    where status = 'dead' and finished_at < :before
    order by finished_at
    limit :limit
    for update skip locked
));
