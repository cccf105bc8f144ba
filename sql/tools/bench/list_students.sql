-- The students as which the load signs in.
select id, email
from users
where role = 'student'
order by created_at, id
limit :students;
