-- The person's rows in bulk enrolments.
select bulk_enrollment_id, email, full_name, status, code
from bulk_enrollment_rows where user_id = :user_id or email_key = :email_key;
