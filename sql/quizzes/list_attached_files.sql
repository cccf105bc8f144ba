-- The files that a question shows, or that it showed when an attempt froze it.
select file_id from question_files where question_id = :question_id;
