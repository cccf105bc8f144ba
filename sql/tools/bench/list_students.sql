-- The students whom the load signs in as.
select id, email
from users
where role = 'student'
order by created_at, id
limit :students;
