-- A page of the catalogue, by title.
select d.id, d.title, d.slug, d.description, d.category, d.difficulty, d.status, d.instructor,
       d.thumbnail_url, d.thumbnail_file_id, d.estimated_duration_minutes, d.price, d.capacity,
       d.language, d.learning_objectives, d.requirements, d.metadata, d.certificate,
       d.lesson_count, d.enrollment_count, d.average_rating, d.rating_count, d.published_at,
       d.created_at, d.updated_at
from (
    select c.id, sort_title(c.title) as key
    from catalogue(
        viewer_id => :viewer_id::uuid, sees_all => :sees_all::boolean, status => :status::text,
        category => :category::text, difficulty => :difficulty::text,
        instructor_id => :instructor_id::uuid, is_free => :is_free::boolean,
        updated_since => :updated_since::timestamptz, ids => :ids::uuid[],
        words => :words::text
    ) c
    where (sort_title(c.title), c.id) > (sort_title(:after_title), :after_id)
    order by sort_title(c.title), c.id
    limit :limit
) as listed
join course_details d on d.id = listed.id
order by listed.key, listed.id;
