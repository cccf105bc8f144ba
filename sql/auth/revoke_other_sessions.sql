-- End every session of a user but this one.
update sessions set revoked_at = now()
where user_id = :user_id and id <> :session_id and revoked_at is null;
