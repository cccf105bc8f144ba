-- A page of the catalogue, the courses with the most students first.
select d.id, d.title, d.slug, d.description, d.category, d.difficulty, d.status, d.instructor,
       d.thumbnail_url, d.thumbnail_file_id, d.estimated_duration_minutes, d.price, d.capacity,
       d.language, d.learning_objectives, d.requirements, d.metadata, d.certificate,
       d.lesson_count, d.enrollment_count, d.average_rating, d.rating_count, d.published_at,
       d.created_at, d.updated_at
from (
    select c.id, n.enrollment_count
    from course_counters n
    join catalogue(
        viewer_id => :viewer_id::uuid, sees_all => :sees_all::boolean, status => :status::text,
        difficulty => :difficulty::text, instructor_id => :instructor_id::uuid,
        is_free => :is_free::boolean, updated_since => :updated_since::timestamptz,
        ids => :ids::uuid[], words => :words::text
    ) c on c.id = n.course_id
    where (:category::text is null or n.category = :category)  -- the index's own column
      and (n.enrollment_count, n.course_id) < (:before_count, :before_id)
    order by n.enrollment_count desc, n.course_id desc
    limit :limit
) as listed
join course_details d on d.id = listed.id
order by listed.enrollment_count desc, listed.id desc;
