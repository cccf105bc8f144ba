-- A question lets go of all files but these, unless an attempt keeps it as it asked it.
delete from question_files
where question_id = :question_id and file_id <> all(:kept_ids::uuid[])
  and not exists (select from attempt_questions where question_id = :question_id);
