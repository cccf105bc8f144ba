-- A page of someone's live sessions, the latest first.
select id, device, host(ip) as ip, created_at, last_used_at, id = :session_id as current
from sessions
where user_id = :user_id and revoked_at is null and expires_at > now()
  and (created_at, id) < (:before_time, :before_id)
order by created_at desc, id desc
limit :limit;
