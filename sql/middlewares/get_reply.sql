-- The reply that was given under this key in the last 24 hours.
select fingerprint, status, headers, body, is_kept
from idempotency_keys
where scope = :scope and method = :method and path = :path and key = :key
  and created_at > now() - interval '24 hours';
