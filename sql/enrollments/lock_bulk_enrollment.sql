-- Holds a bulk enrolment: whoever has it goes through its next rows, nobody else. Those who asked
-- for it have the rights that they have now: a teacher who lost the course enrols nobody in it.
select b.id, b.course_id, b.requested_by, b.dry_run, b.status,
       (select max(position) from lessons where course_id = b.course_id) as lesson_count,
       u.role = 'admin' as sees_accounts,
       u.is_active and (u.role = 'admin' or u.role = 'instructor' and u.id = c.instructor_id)
           as may_enroll
from bulk_enrollments b
join users u on u.id = b.requested_by
join courses c on c.id = b.course_id
where b.id = :bulk_enrollment_id
for update of b;
