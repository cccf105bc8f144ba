-- Takes a lesson out and moves up those after it, in one statement. Its file is detached, since
-- otherwise it could never be deleted.
update lessons as moved
set removed_at = case when moved.id = :lesson_id then now() end,
    file_id = case when moved.id = :lesson_id then null else moved.file_id end,
    position = case when moved.id = :lesson_id then null else moved.position - 1 end
from lessons as removed
where removed.id = :lesson_id and moved.course_id = :course_id and moved.removed_at is null
  and moved.position >= removed.position;
