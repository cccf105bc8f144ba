-- A lesson of the enrolment's course is done; no row for any other lesson. The row is made
-- here if the lesson came after the enrolment, and a first completion stays as it was.
with touched as (
    update enrollments set last_accessed_at = now() where id = :enrollment_id
    returning id, course_id, student_id
)
insert into lesson_progress as kept (enrollment_id, lesson_id, completed_at)
select touched.id, l.id, now()
from touched
join current_lessons l on l.course_id = touched.course_id and l.id = :lesson_id
on conflict on constraint lesson_progress_pkey do update
set completed_at = coalesce(kept.completed_at, excluded.completed_at), updated_at = now()
returning lesson_id, 'completed' as status, completed_at, time_spent_seconds,
          last_position_seconds, (select course_id from touched) as course_id,
          (select student_id from touched) as student_id,
          completed_at = now() as is_first;  -- which is when this transaction began
