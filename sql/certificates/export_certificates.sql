-- The person's certificates.
select id, number, enrollment_id, course_id, student_name, course_title, status, completed_at,
       issued_at, expires_at, revoked_at, revoked_reason, is_public, created_at
from certificates where student_id = :user_id order by created_at, id;
