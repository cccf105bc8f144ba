-- Deletes a batch of old streaks of failures; one over the limit stays until the reset.
delete from login_streaks
where ctid = any(array(
    select ctid from login_streaks
    where last_failure_at < :before and failures < 100
    order by last_failure_at
    limit :limit
    for update skip locked
));
