-- Locks an attempt while it is closed, marked or gets a new deadline. This and saving answers wait
-- for each other.
select id, quiz_id, student_id, enrollment_id, status, passing_score,
       coalesce(expires_at + make_interval(secs => :grace_seconds) <= clock_timestamp(), false)
           as is_over
from attempts
where id = :attempt_id
for no key update;
