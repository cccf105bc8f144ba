-- Nobody starts an attempt of this quiz until the transaction ends (attempts/lock_place).
select id from quizzes where id = :quiz_id for update;
