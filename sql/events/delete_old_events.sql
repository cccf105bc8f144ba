-- Deletes a batch of events past their retention, the oldest first. Ids are in the order of time
-- (UUID version 7), so all events below :before_id, the least id of that moment, are older.
delete from events
where ctid = any(array(
    select ctid from events
    where id < :before_id
    order by id
    limit :limit
    for update skip locked
));
