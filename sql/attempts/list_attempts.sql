-- A page of a quiz's attempts, the latest first.
select id, quiz_id, student_id, number, status, started_at, expires_at, finished_at, closed_by,
       points, max_points, score_percent, passed, updated_at, enrollment_id, course_id,
       instructor_id, sight, has_access, access_ended_at, server_now
from attempt_details
where quiz_id = :quiz_id
  and (:student_id::uuid is null or student_id = :student_id)
  and (:status::text is null or status = :status)
  and (:updated_since::timestamptz is null or updated_at >= :updated_since)
  and (started_at, id) < (:before_time, :before_id)
order by started_at desc, id desc
limit :limit;
