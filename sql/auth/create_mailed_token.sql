-- A token that a mail will carry.
insert into mailed_tokens
    (id, kind, user_id, registration_id, address, session_id, nonce, token_hash, expires_at)
values (:id, :kind, :user_id, :registration_id, :address, :session_id, :nonce, :token_hash,
        now() + make_interval(mins => :minutes));
