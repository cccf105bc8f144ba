-- A pending certificate of a completed enrolment, with name and title frozen; no row if the
-- enrolment has one already.
insert into certificates
    (number, enrollment_id, student_id, course_id, student_name, course_title, completed_at,
     expires_at)
select :number, e.id, e.student_id, e.course_id, u.full_name, c.title, e.completed_at,
       e.completed_at + make_interval(days => (c.certificate ->> 'valid_days')::integer)
from enrollments e
join users u on u.id = e.student_id
join courses c on c.id = e.course_id
where e.id = :enrollment_id and e.status = 'completed'
on conflict on constraint certificates_one_per_enrollment do nothing
returning id;
