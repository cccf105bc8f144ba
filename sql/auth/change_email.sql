-- Replaces a user's address by a new, proved one.
update users set email = :email, email_key = :email_key, email_verified_at = now()
where id = :user_id;
