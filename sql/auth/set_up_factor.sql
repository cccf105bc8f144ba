-- A secret that waits for its first code; no row if a factor is enabled already.
insert into mfa_factors (user_id, secret, key_id)
values (:user_id, :secret, :key_id)
on conflict (user_id) do update
set secret = :secret, key_id = :key_id, last_step = 0
where mfa_factors.enabled_at is null
returning user_id;
