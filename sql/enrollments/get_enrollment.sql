-- One enrolment as its student sees it.
select id, course, student_id, status, progress_percent, completed_lessons, total_lessons,
       time_spent_seconds, resume_lesson_id, enrolled_at, completed_at, last_accessed_at,
       updated_at
from enrollment_details
where id = :enrollment_id;
