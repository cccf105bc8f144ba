-- Deletes a batch of refused jobs past their retention.
delete from jobs
where ctid = any(array(
    select ctid from jobs
    where status = 'refused' and finished_at < :before
    order by finished_at
    limit :limit
    for update skip locked
));
