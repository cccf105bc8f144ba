-- Locks a bulk enrolment: only the worker with the lock handles its next rows.
select b.id, b.course_id, b.dry_run, b.status,
       (select max(position) from lessons where course_id = b.course_id) as lesson_count
from bulk_enrollments b
where b.id = :bulk_enrollment_id
for update of b;
