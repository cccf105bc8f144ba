-- Publishes a quiz: students may take it from now on.
update quizzes set status = 'published' where id = :quiz_id and status = 'draft';
