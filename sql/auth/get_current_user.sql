-- The user of a session, if it is live and its user may sign in.
select u.id, s.id as session_id, u.role, u.full_name, u.email, u.timezone
from sessions s
join users u on u.id = s.user_id
where s.id = :session_id and s.revoked_at is null and s.expires_at > now() and u.is_active;
