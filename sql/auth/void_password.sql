-- Nobody signs in with the password any more; the next one is set by mail.
update users set password_hash = null where id = :user_id;
