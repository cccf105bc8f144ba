-- Completes every lesson that shows a passed quiz; lessons that were done keep their time.
-- wakes: webhooks
insert into lesson_progress as kept (enrollment_id, lesson_id, completed_at, worked_at)
select e.id, l.id, statement_timestamp(), statement_timestamp()
from enrollments e
join current_lessons l on l.course_id = e.course_id
where e.id = any(:enrollment_ids::uuid[]) and l.content_type = 'quiz' and l.quiz_id = :quiz_id
on conflict on constraint lesson_progress_pkey do update
set completed_at = excluded.completed_at, worked_at = excluded.worked_at,
    updated_at = excluded.worked_at
where kept.completed_at is null;
