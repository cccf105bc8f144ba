-- An enrolment's lessons are looked for in its own course: without saying so, a planner that thinks
-- there are few lessons (as after a load, before they were analysed) walks all of them for each
-- enrolment that changed, and a fold of a few thousand took seconds.
-- depends: 0043.create-figures

create or replace view done_moves as
select t.course_id, x.key, x.n
from (select course_id, enrollment_id from enrollment_changes
      union select course_id, enrollment_id from lesson_changes) as t
left join enrollments e on e.id = t.enrollment_id
cross join lateral (
    select count(*) as done
    from lesson_progress p
    join current_lessons l on l.id = p.lesson_id
    where l.course_id = t.course_id
      and p.enrollment_id = t.enrollment_id and p.completed_at is not null
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
