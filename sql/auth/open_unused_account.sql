-- An account that somebody was invited to and never used becomes that of whoever registered and has
-- proved the address; no row if there is none.
update users
set email = :email, full_name = :full_name, password_hash = :password_hash,
    email_verified_at = now()
where email_key = :email_key and is_active
  and password_hash is null and email_verified_at is null
returning id;
