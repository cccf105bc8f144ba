-- A student's progress in one lesson; no row if the course does not have it now.
select lesson_id, status, completed_at, time_spent_seconds, last_position_seconds, watched
from lesson_states
where enrollment_id = :enrollment_id and lesson_id = :lesson_id;
