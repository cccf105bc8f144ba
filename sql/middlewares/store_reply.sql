-- Keep a reply with its effect; an expired record of the same key gives way. Beyond :most_bytes of
-- one scope and day the record stands without the reply. No row if another record has the key.
with usage as (
    insert into idempotency_usage as kept (scope, day, bytes)
    select :scope, (now() at time zone 'UTC')::date, octet_length(:body::bytea)
    where octet_length(:body::bytea) <= :most_bytes::bigint
    on conflict on constraint idempotency_usage_pkey do update
    set bytes = kept.bytes + excluded.bytes
    where kept.bytes + excluded.bytes <= :most_bytes::bigint
    returning 1
)
insert into idempotency_keys as kept
    (scope, method, path, key, fingerprint, status, headers, body, is_kept)
select :scope, :method, :path, :key, :fingerprint, :status, :headers,
       case when fits.fit then :body::bytea else '' end, fits.fit
from (select exists (select from usage) as fit) as fits
on conflict on constraint idempotency_keys_pkey do update
set fingerprint = excluded.fingerprint, status = excluded.status, headers = excluded.headers,
    body = excluded.body, is_kept = excluded.is_kept, created_at = now()
where kept.created_at <= now() - interval '24 hours';
