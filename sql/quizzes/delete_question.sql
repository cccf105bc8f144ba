-- Takes a question out and moves up those after it; attempts keep their own copy.
with deleted as (
    delete from questions where id = :question_id returning position
)
update questions as moved
set position = moved.position - 1
from deleted
where moved.quiz_id = :quiz_id and moved.position > deleted.position;
