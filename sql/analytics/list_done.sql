-- How many active enrolments of a teacher's courses have how many lessons done. A course
-- that lost a lesson since the last fold is counted from scratch.
with taught as (
    select c.id,
           exists (select from figures.stale_outlines s where s.course_id = c.id) as is_stale,
           (select count(*) from current_lessons l where l.course_id = c.id) as lessons
    from courses c
    where c.instructor_id = :instructor_id
),
counted as (
    select b.scope as course_id, b.key, b.n
    from taught t join figures.figure_buckets b on b.scope = t.id and b.name = 'done'
    where not t.is_stale
    union all
    select t.id, m.key, m.n
    from taught t
    cross join lateral (select key, n from figures.done_moves where course_id = t.id) as m
    where not t.is_stale
    union all
    select t.id, d.done, 1
    from taught t
    cross join lateral (
        -- `offset 0` makes the planner look at one course's enrolments at a time.
        select done from figures.lessons_done where course_id = t.id offset 0
    ) as d
    where t.is_stale
)
select t.lessons, c.key as done, sum(c.n)::bigint as n
from counted c
join taught t on t.id = c.course_id
group by t.lessons, c.key
having sum(c.n) <> 0;
