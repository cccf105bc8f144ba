-- Failures to sign in to the person's account.
delete from login_throttles where account_key = any(:account_keys::bytea[]);
