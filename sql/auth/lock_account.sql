-- Holds an account, if its password is still the one that was checked and it may sign in.
select users.id, exists (
           select from mfa_factors f where f.user_id = users.id and f.enabled_at is not null
       ) as mfa_enabled
from users
where users.id = :user_id and is_active and password_hash = :password_hash
for no key update of users;
