-- A new draft with all the fields that the author of another course wrote.
insert into courses
    (instructor_id, title, slug, description, category, difficulty, language, thumbnail_file_id,
     estimated_duration_minutes, price_amount, price_currency, capacity, learning_objectives,
     requirements, metadata, certificate)
select instructor_id, title, :slug, description, category, difficulty, language,
       thumbnail_file_id, estimated_duration_minutes, price_amount, price_currency, capacity,
       learning_objectives, requirements, metadata, certificate
from courses
where id = :course_id
returning id;
