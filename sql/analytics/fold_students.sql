-- Adds the changes since the last fold to each teacher's students, counted by the hour of their
-- last sign of life. Keeps that hour for the next fold to compare with, and forgets students who
-- are in no course of the teacher any more.
with moves as materialized (
    select instructor_id, student_id, before_hour, active_hour from figures.taught_moves
),
kept as (
    insert into figures.taught_students (instructor_id, student_id, active_hour)
    select instructor_id, student_id, active_hour from moves where active_hour is not null
    on conflict on constraint taught_students_pkey do update set active_hour = excluded.active_hour
),
gone as (
    delete from figures.taught_students t
    using moves m
    where m.instructor_id = t.instructor_id and m.student_id = t.student_id
      and m.active_hour is null
)
insert into figures.figure_buckets as total (scope, name, key, n)
select instructor_id, 'students', x.key, sum(x.n)
from moves
cross join lateral (values (before_hour, -1), (active_hour, 1)) as x (key, n)
where x.key is not null
group by instructor_id, x.key
on conflict on constraint figure_buckets_pkey do update set n = total.n + excluded.n;
