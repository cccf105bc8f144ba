-- When an attempt or an answer in it was last written.
select greatest(updated_at, (select max(saved_at) from attempt_answers
                             where attempt_id = :attempt_id)) as written_at
from attempts
where id = :attempt_id;
