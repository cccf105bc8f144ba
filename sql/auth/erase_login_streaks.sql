-- Failures in a row to sign in to the person's account.
delete from login_streaks where account_key = any(:account_keys::bytea[]);
