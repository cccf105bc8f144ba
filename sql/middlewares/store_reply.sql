-- Keeps a reply in the transaction of its effect; replaces an expired one under the same key.
insert into idempotency_keys as kept
    (scope, method, path, key, fingerprint, status, headers, body)
values (:scope, :method, :path, :key, :fingerprint, :status, :headers, :body)
on conflict on constraint idempotency_keys_pkey do update
set fingerprint = excluded.fingerprint, status = excluded.status,
    headers = excluded.headers, body = excluded.body, created_at = now()
where kept.created_at <= now() - interval '24 hours';
