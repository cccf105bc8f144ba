-- What was granted to her, which can tell of an illness.
delete from quiz_extensions where user_id = :user_id;
