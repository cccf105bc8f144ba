-- A page of a student's certificates, the latest first.
select id, number, status, enrollment_id, course, student_name, completed_at, issued_at,
       expires_at, revoked_at, created_at, student_id, course_id, storage_key, updated_at
from certificate_details
where student_id = :student_id and (created_at, id) < (:before_time, :before_id)
order by created_at desc, id desc
limit :limit;
