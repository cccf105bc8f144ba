-- How many active enrolments of these courses have how many lessons done, counted from scratch.
insert into figure_buckets (scope, name, key, n)
select course_id, 'done', done, count(*)
from (select e.course_id, e.id, count(l.id) as done
      from enrollments e
      left join lesson_progress p on p.enrollment_id = e.id and p.completed_at is not null
      left join current_lessons l on l.id = p.lesson_id
      where e.course_id = any(:course_ids::uuid[]) and e.status = 'active'
      group by e.course_id, e.id) as each
group by course_id, done;
