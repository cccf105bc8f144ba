-- End one session; no row if it had ended.
update sessions set revoked_at = now()
where id = :session_id and user_id = :user_id and revoked_at is null
returning id;
