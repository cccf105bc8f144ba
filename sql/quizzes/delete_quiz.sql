-- Deletes a quiz with its questions, unless someone attempted it or a lesson shows it.
delete from quizzes where id = :quiz_id;
