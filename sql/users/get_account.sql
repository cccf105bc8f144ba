-- What signing in needs to know about an address. Who was invited and never came has an account
-- without a password, and has not proved the address.
select id, password_hash, is_active,
       is_active and password_hash is null and email_verified_at is null as is_unused
from users where email_key = :email_key;
