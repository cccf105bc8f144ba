-- Drafts and archived courses go to the oldest active admin, or stay where there is no other.
update courses
set instructor_id = heir.id
from (
    select id from users
    where role = 'admin' and is_active and id <> :user_id
    order by created_at, id
    limit 1
) as heir
where courses.instructor_id = :user_id;
