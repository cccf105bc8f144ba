-- One certificate.
select id, number, status, enrollment_id, course, student_name, completed_at, issued_at,
       expires_at, revoked_at, created_at, student_id, course_id, storage_key, updated_at
from certificate_details
where id = :certificate_id;
