-- A page of the catalogue, the best rated first: published ones, and of others those one may see.
select d.id, d.title, d.slug, d.description, d.category, d.difficulty, d.status, d.instructor,
       d.thumbnail_url, d.thumbnail_file_id, d.estimated_duration_minutes, d.price, d.capacity,
       d.language, d.learning_objectives, d.requirements, d.metadata, d.certificate,
       d.lesson_count, d.enrollment_count, d.average_rating, d.rating_count, d.published_at,
       d.created_at, d.updated_at
from (
    select c.id, rating_rank(n.rating_sum, n.rating_count) as rank, n.rating_count
    from course_counters n join courses c on c.id = n.course_id
    where (c.status = 'published' or c.instructor_id = :viewer_id::uuid or :sees_all::boolean)
      and (:status::text is null or c.status = :status)
      and (:category::text is null or n.category = :category)
      and (:difficulty::text is null or c.difficulty = :difficulty)
      and (:instructor_id::uuid is null or c.instructor_id = :instructor_id)
      and (:is_free::boolean is null or (c.price_amount is null or c.price_amount = 0) = :is_free)
      and (:updated_since::timestamptz is null or c.updated_at >= :updated_since)
      and (:ids::uuid[] is null or c.id = any (:ids))
      and (:words::text is null
           -- not `exists`, for which the planner reads every document before the first course
           or (select w.words @@ :words::text::tsquery from course_documents w
               where w.course_id = c.id))
      and (rating_rank(n.rating_sum, n.rating_count), n.rating_count, n.course_id) < (:before_rank, :before_count, :before_id)
    order by rating_rank(n.rating_sum, n.rating_count) desc, n.rating_count desc,
             n.course_id desc
    limit :limit
) as listed
join course_details d on d.id = listed.id
order by listed.rank desc, listed.rating_count desc, listed.id desc;
