-- The places that wait for the address of somebody who teaches end, since they cannot enrol; none
-- of a person who learns.
with ended as (
    delete from invited_places p
    using users u
    where u.id = :user_id and owns_address(u) and u.role = 'instructor'
      and p.email_key = :email_key and p.expires_at > now()
    returning p.course_id, p.status
)
select course_id from ended where status = 'invited' order by course_id;
