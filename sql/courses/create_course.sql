-- A new draft of somebody who still teaches; no row if they were demoted or erased a moment ago.
insert into courses
    (instructor_id, title, slug, description, category, difficulty, language,
     estimated_duration_minutes, price_amount, price_currency, capacity, learning_objectives,
     requirements, metadata, certificate, thumbnail_file_id)
select users.id, :title, :slug, :description, :category, :difficulty, :language,
       :estimated_duration_minutes, :price_amount, :price_currency, :capacity,
       :learning_objectives, :requirements, :metadata, :certificate,
       :thumbnail_file_id
from users
where users.id = :instructor_id and is_teacher(users)
for share
returning id;
