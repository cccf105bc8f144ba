-- Where she stood in such a list; not for who only says that the address is theirs.
select r.bulk_enrollment_id, r.email, r.full_name, r.status, r.code
from bulk_enrollment_rows r
join users u on u.email_verified_at is not null
    and (r.user_id = u.id or r.email_key = u.email_key)
where u.id = :user_id;
