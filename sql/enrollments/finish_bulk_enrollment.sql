-- Marks a bulk enrolment as finished: every row has its result.
update bulk_enrollments set status = 'done', finished_at = now()
where id = :bulk_enrollment_id and status <> 'done';
