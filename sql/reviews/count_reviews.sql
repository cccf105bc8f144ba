-- How many reviews a list would show in all.
select count(*)
from reviews
where course_id = :course_id
  and (:updated_since::timestamptz is null or updated_at >= :updated_since);
