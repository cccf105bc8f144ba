-- Each of these students in the big course and in one of the others, with a progress row for
-- every lesson: a fifth have completed theirs, a tenth have left, the others are on their way.
with chosen as materialized (
    select s.id as student_id, c.course_id, random() as luck,
           now() - random() * interval '700 days' as enrolled_at,
           random() * interval '20 days' as pace
    from unnest(:student_ids::uuid[]) as s (id)
    cross join lateral (
        select :big_course_id::uuid as course_id
        union all
        select (:course_ids::uuid[])[1 + floor(random() * cardinality(:course_ids))
                                       -- of every student anew
                                       + 0 * ascii(s.id::text)]
    ) as c
),
enrolled as (
    insert into enrollments
        (course_id, student_id, status, enrolled_at, completed_at, last_accessed_at)
    select course_id, student_id,
           case when luck < 0.2 then 'completed' when luck < 0.3 then 'dropped' else 'active' end,
           enrolled_at, case when luck < 0.2 then enrolled_at + pace end, enrolled_at + pace
    from chosen
    returning id, course_id, student_id
)
insert into lesson_progress (enrollment_id, lesson_id, completed_at, time_spent_seconds)
select e.id, l.id,
       case when l.position <= done.count then c.enrolled_at + c.pace * l.position / 10 end,
       case when l.position <= done.count then 300 else 0 end
from enrolled e
join chosen c on c.course_id = e.course_id and c.student_id = e.student_id
cross join lateral (
    select case when c.luck < 0.2 then 10 else floor(c.luck * 10) end as count
) as done
join lessons l on l.course_id = e.course_id;
