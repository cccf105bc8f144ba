-- Adds the changes since the last fold to how many active enrolments of these courses have how
-- many lessons done.
insert into figures.figure_buckets as kept (scope, name, key, n)
select course_id, 'done', key, sum(n)
from figures.done_moves
where course_id = any(:course_ids::uuid[])
group by course_id, key
on conflict on constraint figure_buckets_pkey do update set n = kept.n + excluded.n;
