-- How many orders the list would show in all.
select count(*)
from orders
where (:student_id::uuid is null or student_id = :student_id)
  and (:course_id::uuid is null or course_id = :course_id)
  and (:status::text is null or status = :status)
  and (:updated_since::timestamptz is null or updated_at >= :updated_since);
