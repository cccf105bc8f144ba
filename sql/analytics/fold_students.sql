-- Teachers' students by the hour of their last sign of life, moved by what changed.
insert into figure_buckets as kept (scope, name, key, n)
select instructor_id, 'students', x.key, sum(x.n)
from taught_moves
cross join lateral (values (before_hour, -1), (active_hour, 1)) as x (key, n)
where x.key is not null
group by instructor_id, x.key
on conflict on constraint figure_buckets_pkey do update set n = kept.n + excluded.n;
