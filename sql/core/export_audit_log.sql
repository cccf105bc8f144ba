-- What the person did, and what was done to their account.
select at, action, actor_id, subject_id, case when actor_id = :user_id then host(ip) end as ip, data
from audit_log where actor_id = :user_id or subject_id = :user_id order by at, id;
