-- Failures to sign in to her account.
delete from login_throttles where account_key = any(:account_keys::bytea[]);
