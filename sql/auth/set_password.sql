-- A new password, or the old one hashed anew.
update users set password_hash = :password_hash where id = :user_id;
