-- Mails with a link that still works.
select kind, address, created_at, expires_at
from mailed_tokens where user_id = :user_id order by created_at, id;
