-- Completed, once, if the course has lessons, every one of them is done, and every required
-- quiz that students can take is passed.
update enrollments e
set status = 'completed', completed_at = now()
where e.id = :enrollment_id and e.status = 'active'
  and exists (select from current_lessons l where l.course_id = e.course_id)
  and not exists (
      select from current_lessons l
      left join lesson_progress p on p.enrollment_id = e.id and p.lesson_id = l.id
      where l.course_id = e.course_id and p.completed_at is null)
  and not exists (
      select from quizzes q
      where q.course_id = e.course_id and q.is_required and q.status = 'published'
        and not exists (
            select from attempts a
            where a.quiz_id = q.id and a.student_id = e.student_id and a.passed))
returning e.id;
