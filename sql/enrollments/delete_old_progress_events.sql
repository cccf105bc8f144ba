-- Deletes a batch of the ids of offline events that were merged long ago.
delete from progress_events
where ctid = any(array(
    select ctid from progress_events
    where created_at < :before
    order by created_at
    limit :limit
    for update skip locked
));
