-- Holds an attempt while it is closed, marked or moved. Saving waits for it, and it for saving.
select id, quiz_id, student_id, enrollment_id, status, passing_score,
       coalesce(expires_at + make_interval(secs => :grace_seconds) <= clock_timestamp(), false)
           as is_over
from attempts
where id = :attempt_id
for no key update;
