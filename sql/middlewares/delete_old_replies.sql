-- Deletes a batch of replies that are older than 24 hours, so that no statement takes long.
delete from idempotency_keys
where ctid = any(array(
    select ctid from idempotency_keys
    where created_at <= now() - interval '24 hours'
    order by created_at
    limit :limit
    for update skip locked
));
