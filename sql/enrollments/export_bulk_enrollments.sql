-- Bulk enrolments that the person made.
select id, course_id, dry_run, status, total, processed, created_at, finished_at
from bulk_enrollments where requested_by = :user_id order by created_at, id;
