-- The files that a question shows, or showed when an attempt asked it.
select file_id from question_files where question_id = :question_id;
