-- How far a student is in each lesson that the course has now.
select lesson_id, status, completed_at, time_spent_seconds, last_position_seconds, watched
from lesson_states
where enrollment_id = :enrollment_id
order by position;
