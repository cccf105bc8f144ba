-- Holds a quiz: no attempt of it starts until the transaction ends (attempts/lock_enrollment).
select id from quizzes where id = :quiz_id for update;
