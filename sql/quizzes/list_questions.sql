-- All questions of a quiz, in their order.
select id, quiz_id, type, text, points, position, explanation, options, answer, created_at,
       updated_at
from questions
where quiz_id = :quiz_id
order by position;
