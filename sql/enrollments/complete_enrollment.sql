-- Completed, once, if the course has lessons and every one of them is done.
update enrollments e
set status = 'completed', completed_at = now()
where e.id = :enrollment_id and e.status = 'active'
  and exists (select from current_lessons l where l.course_id = e.course_id)
  and not exists (
      select from current_lessons l
      left join lesson_progress p on p.enrollment_id = e.id and p.lesson_id = l.id
      where l.course_id = e.course_id and p.completed_at is null)
returning e.id;
