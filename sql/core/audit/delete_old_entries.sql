-- Deletes a batch of entries of the audit log past their retention. Ids are in the order of time, and
-- so serve as the index; the table's trigger looks at the time itself.
delete from audit_log
where ctid = any(array(
    select ctid from audit_log
    where id < :before_id and at < :before
    order by id
    limit :limit
    for update skip locked
));
