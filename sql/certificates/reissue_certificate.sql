-- The next edition of a certificate, pending, with what is given, and the rest as it is now. It
-- expires when the first would. No row if there is a next one already.
insert into certificates
    (number, enrollment_id, student_id, course_id, student_name, course_title, completed_at,
     expires_at, edition)
select :number, k.enrollment_id, k.student_id, k.course_id,
       coalesce(:student_name, u.full_name),
       coalesce(:course_title, c.title), k.completed_at, k.expires_at, k.edition + 1
from certificates k
join users u on u.id = k.student_id
join courses c on c.id = k.course_id
where k.id = :certificate_id
on conflict on constraint certificates_one_per_enrollment do nothing
returning id;
