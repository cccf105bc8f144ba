-- The address is proved; no row if it is another one by now.
update users set email_verified_at = coalesce(email_verified_at, now())
where id = :user_id and email = :email
returning id;
