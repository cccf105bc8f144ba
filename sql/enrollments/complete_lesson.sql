-- Marks a lesson of the enrolment's course as done. No row if it was done before, belongs to
-- another course, or shows a quiz that is not passed. The progress row is made here if the lesson
-- is newer than the enrolment.
-- wakes: webhooks
insert into lesson_progress as kept (enrollment_id, lesson_id, completed_at, worked_at)
select e.id, l.id, statement_timestamp(), statement_timestamp()
from enrollments e
join current_lessons l on l.course_id = e.course_id and l.id = :lesson_id
where e.id = :enrollment_id and (
    l.content_type <> 'quiz'
    or exists (select from attempts a
               where a.quiz_id = l.quiz_id and a.student_id = e.student_id and a.passed))
on conflict on constraint lesson_progress_pkey do update
set completed_at = excluded.completed_at, worked_at = excluded.worked_at,
    updated_at = excluded.worked_at
where kept.completed_at is null
returning lesson_id;
