-- The people with these addresses, their enrolment in the course, and whether an earlier row of the
-- same bulk enrolment has the address; no row for an address without either.
with named as materialized (
    select distinct email_key from bulk_enrollment_rows
    where bulk_enrollment_id = :bulk_enrollment_id and email_key = any(:email_keys::text[])
)
select given.email_key, u.id as user_id, u.role, u.is_active, e.id as enrollment_id,
       e.status as enrollment_status, named.email_key is not null as is_named
from unnest(:email_keys::text[]) as given (email_key)
left join named on named.email_key = given.email_key
left join users u on u.email_key = given.email_key
left join enrollments e on e.course_id = :course_id and e.student_id = u.id
where u.id is not null or named.email_key is not null;
