-- The courses that hold a place for an address, if its account may enter them.
select p.course_id
from invited_places p
join users u on u.email_key = p.email_key
where p.email_key = :email_key and p.status = 'invited' and p.expires_at > now()
  and u.id = :user_id and owns_address(u) and u.is_active
  and u.role <> 'instructor'
order by p.course_id;
