-- Where the person signed in.
select id, host(ip) as ip, device, created_at, last_used_at, expires_at, revoked_at
from sessions where user_id = :user_id order by created_at, id;
