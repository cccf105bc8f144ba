-- Deletes a batch of the counts of days before yesterday, so that no statement takes long.
delete from idempotency_usage
where ctid = any(array(
    select ctid from idempotency_usage
    where day < (now() at time zone 'UTC')::date - 1
    order by day
    limit :limit
    for update skip locked
));
