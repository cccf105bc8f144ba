-- How many courses a list would show in all.
select count(*)
from courses
where (status = 'published' or instructor_id = :viewer_id::uuid or :sees_all::boolean)
  and (:status::text is null or status = :status)
  and (:category::text is null or category = :category)
  and (:difficulty::text is null or difficulty = :difficulty)
  and (:instructor_id::uuid is null or instructor_id = :instructor_id)
  and (:is_free::boolean is null or (coalesce(price_amount, 0) = 0) = :is_free)
  and (:updated_since::timestamptz is null or updated_at >= :updated_since);
