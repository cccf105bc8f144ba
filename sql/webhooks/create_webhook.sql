-- A new webhook's id.
insert into webhooks (owner_id, url, types, secret_key_id, secret_box)
values (:owner_id, :url, :types::text[], :key_id, :box)
returning id;
