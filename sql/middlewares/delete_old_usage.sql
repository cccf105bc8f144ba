-- Deletes a batch of the counts of days that began before a moment.
delete from idempotency_usage
where ctid = any(array(
    select ctid from idempotency_usage
    where day <= (:before::timestamptz at time zone 'UTC')::date
    order by day
    limit :limit
    for update skip locked
));
