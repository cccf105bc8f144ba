-- One course as readers see it.
select id, title, slug, description, category, difficulty, status, instructor, thumbnail_url,
       thumbnail_file_id, estimated_duration_minutes, price, capacity, language,
       learning_objectives, requirements, metadata, certificate, lesson_count,
       enrollment_count, average_rating, rating_count, published_at, created_at, updated_at
from course_details
where id = :course_id;
