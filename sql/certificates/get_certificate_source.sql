-- The facts from which a certificate is drawn: its frozen words, and its design, which is the
-- course's until the certificate is issued and frozen from then on.
select k.id, k.number, k.status, k.enrollment_id, k.student_name, k.course_title,
       coalesce(k.language, c.language) as language, k.design as frozen_design,
       c.certificate as course_design, k.completed_at, k.created_at, k.expires_at,
       k.revoked_at, k.storage_key
from certificates k
join courses c on c.id = k.course_id
where k.id = :certificate_id;
