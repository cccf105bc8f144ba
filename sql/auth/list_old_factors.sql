-- Second factors that an older key of the ring still seals.
select user_id, secret, key_id from mfa_factors where key_id <> :key_id limit 500;
