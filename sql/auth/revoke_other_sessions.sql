-- End every session of a user but this one; with null, every one.
update sessions set revoked_at = now()
where user_id = :user_id and id is distinct from :session_id::uuid and revoked_at is null;
