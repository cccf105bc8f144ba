-- The picture of a person; null for none.
update users set avatar_file_id = :file_id where id = :user_id;
