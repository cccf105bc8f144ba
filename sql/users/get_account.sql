-- What signing in needs to know about an address.
select id, password_hash, is_active from users where email_key = :email_key;
