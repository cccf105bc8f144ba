-- A challenge: the state of a sign-in between the password and the code.
insert into mfa_challenges (token_hash, user_id, expires_at)
values (:token_hash, :user_id, now() + make_interval(secs => :seconds));
