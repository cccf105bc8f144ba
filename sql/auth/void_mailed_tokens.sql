-- Voids the unused tokens that were mailed to someone. The rows stay for a while, because they also
-- tell how much was mailed lately.
update mailed_tokens set expires_at = now() where user_id = :user_id and expires_at > now();
