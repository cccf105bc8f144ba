-- The same secrets under the newest key, unless they changed meanwhile.
update mfa_factors f
set secret = new.secret, key_id = :key_id
from unnest(:user_ids::uuid[], :old_secrets::bytea[], :secrets::bytea[])
    as new (user_id, old_secret, secret)
where f.user_id = new.user_id and f.secret = new.old_secret;
