-- Locks a session, with its user's state, so that two refreshes take turns.
select s.id, s.user_id, s.refresh_hash, s.parent_hash,
       coalesce(s.rotated_at > now() - interval '10 seconds', false) as rotated_lately,
       s.revoked_at is not null as is_revoked, s.expires_at <= now() as is_expired, u.is_active,
       ceil(extract(epoch from s.expires_at - now()))::int as seconds_left
from sessions s
join users u on u.id = s.user_id
where s.id = :session_id
for update of s;
