-- Deletes a batch of counts of an account and network that hold nobody back any more.
delete from login_throttles
where ctid = any(array(
    select ctid from login_throttles
    where last_failure_at < :before
    order by last_failure_at
    limit :limit
    for update skip locked
));
