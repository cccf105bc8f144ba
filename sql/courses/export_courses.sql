-- The courses that the person teaches.
select id, title, slug, description, category, difficulty, status, language, learning_objectives,
       requirements, metadata, published_at, created_at, updated_at
from courses where instructor_id = :user_id order by created_at, id;
