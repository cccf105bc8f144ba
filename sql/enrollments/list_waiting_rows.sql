-- The next rows of a bulk enrolment that have no result yet.
select row_number, email, full_name
from bulk_enrollment_rows
where bulk_enrollment_id = :bulk_enrollment_id and status = 'pending'
order by row_number
limit :limit;
