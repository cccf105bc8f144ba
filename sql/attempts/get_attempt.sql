-- An attempt, and the facts that decide who sees what of it.
select id, quiz_id, student_id, number, status, started_at, expires_at, finished_at, closed_by,
       points, max_points, score_percent, passed, updated_at, enrollment_id, course_id,
       instructor_id, sight, has_access, access_ended_at, server_now
from attempt_details
where id = :attempt_id;
