-- The published courses of a person who is held, the first published first.
select id, title
from courses
where instructor_id = :user_id and status = 'published'
order by published_at, id;
