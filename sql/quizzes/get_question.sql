-- One question with its key.
select id, quiz_id, type, text, points, position, explanation, options, answer, created_at,
       updated_at
from questions
where id = :question_id;
