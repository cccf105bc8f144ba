create or replace view done_moves as
select t.course_id, x.key, x.n
from (select course_id, enrollment_id from enrollment_changes
      union select course_id, enrollment_id from lesson_changes) as t
left join enrollments e on e.id = t.enrollment_id
cross join lateral (
    select count(*) as done
    from lesson_progress p
    join current_lessons l on l.id = p.lesson_id
    where p.enrollment_id = t.enrollment_id and p.completed_at is not null
) as now
cross join lateral (
    select coalesce(sum(c.n), 0)::bigint as done
    from lesson_changes c
    join current_lessons l on l.id = c.lesson_id
    where c.course_id = t.course_id and c.enrollment_id = t.enrollment_id
) as since
cross join lateral (
    select coalesce(sum(c.n), 0)::integer as active
    from enrollment_changes c
    where c.course_id = t.course_id and c.enrollment_id = t.enrollment_id and c.status = 'active'
) as status
cross join lateral (values
    (now.done, (coalesce(e.status, '') = 'active')::integer),
    (now.done - since.done, status.active - (coalesce(e.status, '') = 'active')::integer)
) as x (key, n)
where x.n <> 0;
