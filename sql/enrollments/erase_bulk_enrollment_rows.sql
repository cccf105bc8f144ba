-- The person's rows in bulk enrolments.
update bulk_enrollment_rows
set email = '', full_name = null, email_key = null
where user_id = :user_id or email_key = :email_key;
