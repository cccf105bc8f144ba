-- Deletes a batch of replies that nobody may ask for any more.
delete from idempotency_keys
where ctid = any(array(
    select ctid from idempotency_keys
    where created_at < :before
    order by created_at
    limit :limit
    for update skip locked
));
