-- How many courses a list would show in all.
select count(*)
from courses c
where (c.status = 'published' or c.instructor_id = :viewer_id::uuid or :sees_all::boolean)
  and (:status::text is null or c.status = :status)
  and (:category::text is null or c.category = :category)
  and (:difficulty::text is null or c.difficulty = :difficulty)
  and (:instructor_id::uuid is null or c.instructor_id = :instructor_id)
  and (:is_free::boolean is null or (c.price_amount is null or c.price_amount = 0) = :is_free)
  and (:updated_since::timestamptz is null or c.updated_at >= :updated_since)
  and (:ids::uuid[] is null or c.id = any (:ids))
  and (:words::text is null
       or c.id in (select w.course_id from course_documents w
                   where w.words @@ :words::text::tsquery));
