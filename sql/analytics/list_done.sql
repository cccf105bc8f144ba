-- How many active enrolments of a teacher's courses have how many lessons done. A course that
-- lost a lesson a moment ago is counted from scratch until the next fold.
with taught as (
    select c.id, exists (select from stale_outlines s where s.course_id = c.id) as is_stale,
           (select count(*) from current_lessons l where l.course_id = c.id) as lessons
    from courses c
    where c.instructor_id = :instructor_id
),
counted as (
    select b.scope as course_id, b.key, b.n
    from taught t join figure_buckets b on b.scope = t.id and b.name = 'done'
    where not t.is_stale
    union all
    select t.id, m.key, m.n
    from taught t
    cross join lateral (select key, n from done_moves where course_id = t.id) as m
    where not t.is_stale
    union all
    select t.id, d.done, 1
    from taught t
    cross join lateral (
        select count(l.id) as done
        from enrollments e
        left join lesson_progress p on p.enrollment_id = e.id and p.completed_at is not null
        left join current_lessons l on l.id = p.lesson_id
        where t.is_stale and e.course_id = t.id and e.status = 'active'
        group by e.id
    ) as d
    where t.is_stale
)
select t.lessons, c.key as done, sum(c.n)::bigint as n
from counted c
join taught t on t.id = c.course_id
group by t.lessons, c.key
having sum(c.n) <> 0;
