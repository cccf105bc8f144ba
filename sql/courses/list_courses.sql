-- A page of the catalogue, newest first: published ones, and of others those one may see.
select id, title, slug, description, category, difficulty, status, instructor, thumbnail_url,
       thumbnail_file_id, estimated_duration_minutes, price, capacity, language,
       learning_objectives, requirements, metadata, certificate, lesson_count,
       enrollment_count, average_rating, rating_count, published_at, created_at, updated_at
from course_details
where (status = 'published' or instructor_id = :viewer_id::uuid or :sees_all::boolean)
  and (:status::text is null or status = :status)
  and (:category::text is null or category = :category)
  and (:difficulty::text is null or difficulty = :difficulty)
  and (:instructor_id::uuid is null or instructor_id = :instructor_id)
  and (:is_free::boolean is null or (coalesce(price_amount, 0) = 0) = :is_free)
  and (:updated_since::timestamptz is null or updated_at >= :updated_since)
  and (listed_at, id) < (:before_time, :before_id)
order by listed_at desc, id desc
limit :limit;
