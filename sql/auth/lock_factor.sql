-- Locks a user's second factor while a code is used.
select user_id, secret, key_id, enabled_at is not null as is_enabled, last_step, counts_as_proved
from mfa_factors
where user_id = :user_id
for update;
