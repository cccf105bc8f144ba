-- A new secret; the one before signs for a while longer.
update webhooks
set
    old_secret_key_id = secret_key_id,
    old_secret_box = secret_box,
    old_secret_until = now() + make_interval(hours => :both_hours),
    secret_key_id = :key_id,
    secret_box = :box
where id = :webhook_id;
