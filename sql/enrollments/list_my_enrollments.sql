-- A page of a student's enrolments, the latest first.
select id, course, student_id, status, progress_percent, completed_lessons, total_lessons,
       time_spent_seconds, resume_lesson_id, enrolled_at, completed_at, last_accessed_at,
       updated_at
from enrollment_details
where student_id = :student_id
  and (:status::text is null or status = :status)
  and (:updated_since::timestamptz is null or updated_at >= :updated_since)
  and (enrolled_at, id) < (:before_time, :before_id)
order by enrolled_at desc, id desc
limit :limit;
