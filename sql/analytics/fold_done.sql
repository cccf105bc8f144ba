-- The same, moved by what changed.
insert into figure_buckets as kept (scope, name, key, n)
select course_id, 'done', key, sum(n)
from done_moves
where course_id = any(:course_ids::uuid[])
group by course_id, key
on conflict on constraint figure_buckets_pkey do update set n = kept.n + excluded.n;
