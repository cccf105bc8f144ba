-- How much was kept for the person to ask for again.
delete from idempotency_usage where scope = :user_id::uuid::text;
