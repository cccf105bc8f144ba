-- Marks an address as proved by the owner of its mailbox, whose account this is from now on; no row
-- if the user has another one by now.
update users set email_verified_at = coalesce(email_verified_at, now()), is_email_doubted = false
where id = :user_id and email = :email
returning id;
