-- The results of some rows, and with them the progress of their bulk enrolment. An account may
-- have been made for a row just now.
with saved as (
    update bulk_enrollment_rows r
    set email_key = given.email_key, status = given.status, code = given.code, user_id = u.id
    from unnest(:row_numbers::integer[], :email_keys::text[], :statuses::text[], :codes::text[])
        as given (row_number, email_key, status, code)
    left join users u on u.email_key = given.email_key
    where r.bulk_enrollment_id = :bulk_enrollment_id and r.row_number = given.row_number
    returning r.row_number
)
update bulk_enrollments
set status = 'running', processed = processed + (select count(*) from saved)
where id = :bulk_enrollment_id;
