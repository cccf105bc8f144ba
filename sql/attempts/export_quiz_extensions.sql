-- What was granted to a student.
select quiz_id, extra_minutes, extra_attempts, available_until, created_at, updated_at
from quiz_extensions where user_id = :user_id order by created_at, quiz_id;
