-- A new password.
update users set password_hash = :password_hash where id = :user_id;
