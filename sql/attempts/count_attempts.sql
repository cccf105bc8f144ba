-- How many attempts the list would show in all.
select count(*)
from attempts
where quiz_id = :quiz_id
  and (:student_id::uuid is null or student_id = :student_id)
  and (:status::text is null or status = :status)
  and (:updated_since::timestamptz is null or updated_at >= :updated_since);
