-- A course by its id or its address, for a student who is enrolled in it.
select d.id, d.title, d.slug, d.description, d.category, d.difficulty, d.status, d.instructor,
       d.thumbnail_url, d.thumbnail_file_id, d.estimated_duration_minutes, d.price, d.capacity,
       d.language, d.learning_objectives, d.requirements, d.metadata, d.certificate,
       d.lesson_count, d.enrollment_count, d.average_rating, d.rating_count, d.published_at,
       d.created_at, d.updated_at
from course_details d
join enrollments e on e.course_id = d.id and e.student_id = :student_id and has_access(e)
where d.id = :course_id::uuid or (:course_id::uuid is null and d.slug = :slug::text);
