-- The totals by a number, moved by what changed.
insert into figure_buckets as kept (scope, name, key, n)
select scope, name, key, sum(n) from bucket_moves group by scope, name, key
on conflict on constraint figure_buckets_pkey do update set n = kept.n + excluded.n;
