-- Deletes a batch of counts of addresses whose minute is long over.
delete from login_addresses
where ctid = any(array(
    select ctid from login_addresses
    where window_started_at < :before
    order by window_started_at
    limit :limit
    for update skip locked
));
