-- The course at an address, as readers see it.
select d.id, d.title, d.slug, d.description, d.category, d.difficulty, d.status, d.instructor,
       d.thumbnail_url, d.thumbnail_file_id, d.estimated_duration_minutes, d.price, d.capacity,
       d.language, d.learning_objectives, d.requirements, d.metadata, d.certificate,
       d.lesson_count, d.enrollment_count, d.average_rating, d.rating_count, d.published_at,
       d.created_at, d.updated_at
from course_details d
where d.slug = :slug;
