-- Marks an address as proved; no row if the user has another one by now.
update users set email_verified_at = coalesce(email_verified_at, now())
where id = :user_id and email = :email
returning id;
