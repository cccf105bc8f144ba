-- The person's reviews of courses.
select id, course_id, rating, text, created_at, updated_at
from reviews where student_id = :user_id order by created_at, id;
