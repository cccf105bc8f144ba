-- What a certificate is drawn from: its own frozen words, and the course's design.
select k.id, k.number, k.status, k.enrollment_id, k.student_name, k.course_title, c.language,
       c.certificate as design, k.completed_at, k.created_at, k.expires_at, k.revoked_at
from certificates k
join courses c on c.id = k.course_id
where k.id = :certificate_id;
