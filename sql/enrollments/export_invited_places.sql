-- Places that wait for her; not for who only says that the address is theirs.
select p.id, p.course_id, p.email, p.full_name, p.status, p.created_at, p.expires_at
from invited_places p
join users u on u.email_key = p.email_key
where u.id = :user_id and u.email_verified_at is not null
order by p.created_at, p.id;
