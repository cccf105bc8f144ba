-- A new last question.
insert into questions (quiz_id, type, text, points, explanation, options, answer, position)
select :quiz_id, :type, :text, :points, :explanation, :options, :answer,
       coalesce(max(position), 0) + 1
from questions
where quiz_id = :quiz_id
returning id;
