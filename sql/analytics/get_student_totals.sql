-- A student's own figures over all their courses.
select count(*) filter (where e.status = 'active') as active,
       count(*) filter (where e.status = 'completed') as completed,
       count(*) filter (where e.status = 'dropped') as dropped,
       avg(d.progress_percent) filter (where e.status <> 'dropped') as mean_progress_percent,
       coalesce(sum(work.seconds), 0)::bigint as time_spent_seconds,
       coalesce(sum(work.done), 0)::bigint as lessons_completed
from enrollments e
join enrollment_details d on d.id = e.id
cross join lateral (
    select sum(p.time_spent_seconds) as seconds, count(p.completed_at) as done
    from lesson_progress p where p.enrollment_id = e.id
) as work
where e.student_id = :student_id;
