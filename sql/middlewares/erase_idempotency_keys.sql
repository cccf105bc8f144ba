-- Replies that were kept for her to ask for again.
delete from idempotency_keys where scope = :user_id::uuid::text;
