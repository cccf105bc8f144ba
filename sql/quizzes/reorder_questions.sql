-- Gives every question its position in the list, in one statement.
update questions
set position = place.position
from unnest(:question_ids::uuid[]) with ordinality as place (id, position)
where questions.id = place.id and questions.quiz_id = :quiz_id
  and questions.position <> place.position;
