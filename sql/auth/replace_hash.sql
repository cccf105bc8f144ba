-- Stores a new hash of the same password, unless it was changed meanwhile.
update users set password_hash = :password_hash
where id = :user_id and password_hash = :old_hash;
