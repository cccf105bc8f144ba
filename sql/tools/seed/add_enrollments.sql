-- Enrols each of these students in the big course and in one of the others, with a progress row for
-- every lesson and a marked attempt. A fifth have completed the course, a tenth have left, and the
-- others are still learning.
with chosen as materialized (
    select s.id as student_id, c.course_id, x.luck,
           now() - interval '20 days' - random() * interval '700 days' as enrolled_at,
           random() * interval '20 days' as pace,
           case when x.luck < 0.2 then 10 else floor(x.luck * 10)::integer end as done
    from unnest(:student_ids::uuid[]) as s (id)
    cross join lateral (
        select :big_course_id::uuid as course_id
        union all
        select (:course_ids::uuid[])[1 + floor(random() * cardinality(:course_ids))
                                       -- of every student anew
                                       + 0 * ascii(s.id::text)]
    ) as c
    cross join lateral (select random() + 0 * ascii(s.id::text || c.course_id) as luck) as x
),
enrolled as (
    insert into enrollments
        (course_id, student_id, status, enrolled_at, completed_at, last_accessed_at,
         done_lessons, spent_seconds, student_name)
    select course_id, student_id,
           case when luck < 0.2 then 'completed' when luck < 0.3 then 'dropped' else 'active' end,
           enrolled_at, case when luck < 0.2 then enrolled_at + pace end, enrolled_at + pace,
           done, 300 * done, 'student'
    from chosen
    returning id, course_id, student_id
),
attempted as (
    insert into attempts
        (quiz_id, student_id, enrollment_id, number, status, passing_score, max_points, points,
         score_percent, passed, started_at, finished_at, closed_by)
    select q.id, e.student_id, e.id, 1, 'graded', 70, 10, floor(c.luck * 10),
           floor(c.luck * 10) * 10, floor(c.luck * 10) >= 7, c.enrolled_at,
           c.enrolled_at + interval '10 minutes', 'student'
    from enrolled e
    join chosen c on c.course_id = e.course_id and c.student_id = e.student_id
    join quizzes q on q.course_id = e.course_id
)
insert into lesson_progress
    (enrollment_id, lesson_id, completed_at, time_spent_seconds, worked_at)
select e.id, l.id,
       case when l.position <= c.done then c.enrolled_at + c.pace * l.position / 10 end,
       case when l.position <= c.done then 300 else 0 end,
       case when l.position <= c.done then c.enrolled_at + c.pace * l.position / 10 end
from enrolled e
join chosen c on c.course_id = e.course_id and c.student_id = e.student_id
join lessons l on l.course_id = e.course_id;
