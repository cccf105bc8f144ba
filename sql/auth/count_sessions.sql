-- How many live sessions someone has.
select count(*) from sessions
where user_id = :user_id and revoked_at is null and expires_at > now();
