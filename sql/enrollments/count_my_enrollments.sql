-- How many enrolments the list would show in all.
select count(*)
from enrollments
where student_id = :student_id
  and (:status::text is null or status = :status)
  and (:updated_since::timestamptz is null or updated_at >= :updated_since);
