-- How many enrolments the roster would show in all.
select count(*)
from enrollments e
where e.course_id = :course_id and e.status = any(:statuses::text[])
  and (:updated_since::timestamptz is null or e.updated_at >= :updated_since)
  and (:student_ids::uuid[] is null or e.student_id = any(:student_ids))
  and (:pattern::text is null
       or exists (select from users s where s.id = e.student_id
                  and (s.full_name ilike :pattern or s.email ilike :pattern)));
