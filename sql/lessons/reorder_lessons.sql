-- Gives every lesson its position in the list, in one statement.
update lessons
set position = place.position
from unnest(:lesson_ids::uuid[]) with ordinality as place (id, position)
where lessons.id = place.id and lessons.course_id = :course_id
  and lessons.removed_at is null and lessons.position <> place.position;
