-- What was granted to a student, which can tell of an illness.
delete from quiz_extensions where user_id = :user_id;
