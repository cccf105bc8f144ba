-- The user of a challenge, while it may be answered.
select c.user_id, u.email_key
from mfa_challenges c
join users u on u.id = c.user_id
where c.token_hash = :token_hash and c.expires_at > now() and c.tries < 5 and u.is_active;
