-- The certificate with a number.
select k.id, k.number, k.status, k.enrollment_id, k.course, k.student_name, k.completed_at,
       k.issued_at, k.expires_at, k.revoked_at, k.created_at, k.student_id, k.course_id,
       k.storage_key, k.updated_at, k.is_public, k.replaced_by, c.instructor_id
from certificate_details k
join courses c on c.id = k.course_id
where k.number = :number;
