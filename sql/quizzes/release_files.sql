-- Detaches all files but these from a question, unless an attempt has a copy of it.
delete from question_files
where question_id = :question_id and file_id <> all(:kept_ids::uuid[])
  and not exists (select from attempt_questions where question_id = :question_id);
