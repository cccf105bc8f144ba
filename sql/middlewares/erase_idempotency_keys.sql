-- Replies that were kept in case the person repeats a request.
delete from idempotency_keys where scope = :user_id::uuid::text;
