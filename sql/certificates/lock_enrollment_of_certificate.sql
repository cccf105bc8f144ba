-- Holds the enrolment of a certificate, before the certificate itself, and its student's account
-- against erasure.
select u.erased_at is not null as is_erased
from enrollments e
join users u on u.id = e.student_id
where e.id = (select enrollment_id from certificates where id = :certificate_id)
for no key update of e
for share of u;
