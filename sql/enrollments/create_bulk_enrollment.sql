-- A bulk enrolment, whose rows are inserted next.
insert into bulk_enrollments (course_id, requested_by, dry_run, total)
values (:course_id, :requested_by, :dry_run, :total)
returning id;
