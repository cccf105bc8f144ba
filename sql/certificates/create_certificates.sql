-- Pending certificates of completed enrolments, with name and title frozen; no row for an
-- enrolment that has one already.
insert into certificates
    (number, enrollment_id, student_id, course_id, student_name, course_title, completed_at,
     expires_at)
select given.number, e.id, e.student_id, e.course_id, u.full_name, c.title, e.completed_at,
       e.completed_at + make_interval(days => (c.certificate ->> 'valid_days')::integer)
from unnest(:enrollment_ids::uuid[], :numbers::text[]) as given (enrollment_id, number)
join enrollments e on e.id = given.enrollment_id
join users u on u.id = e.student_id
join courses c on c.id = e.course_id
where e.status = 'completed'
on conflict on constraint certificates_one_per_enrollment do nothing
returning id, enrollment_id, student_id;
