-- The codes for when the second factor is lost.
delete from recovery_codes where user_id = :user_id;
