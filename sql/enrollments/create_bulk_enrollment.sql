-- A list of people to enrol, whose rows come next.
insert into bulk_enrollments (course_id, requested_by, dry_run, total)
values (:course_id, :requested_by, :dry_run, :total)
returning id;
