-- Who is behind these addresses, how they stand in the course, whether a place was given to the
-- address, and whether an earlier row of the same bulk enrolment named it; no row for an address
-- of which there is nothing to tell.
with named as materialized (
    select distinct email_key from bulk_enrollment_rows
    where bulk_enrollment_id = :bulk_enrollment_id and email_key = any(:email_keys::text[])
)
select given.email_key, u.id as user_id, u.role, u.is_active,
       coalesce(owns_address(u), false) as is_verified,
       e.id as enrollment_id, e.status as enrollment_status,
       p.id is not null as has_place, named.email_key is not null as is_named
from unnest(:email_keys::text[]) as given (email_key)
left join named on named.email_key = given.email_key
left join users u on u.email_key = given.email_key
left join enrollments e on e.course_id = :course_id and e.student_id = u.id
left join invited_places p
    on p.course_id = :course_id and p.email_key = given.email_key and p.expires_at > now()
where u.id is not null or named.email_key is not null or p.id is not null;
