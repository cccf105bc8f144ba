-- Adds the changes since the last fold to the totals that are kept by a number, such as the hour.
insert into figures.figure_buckets as kept (scope, name, key, n)
select scope, name, key, sum(n) from figures.bucket_moves group by scope, name, key
on conflict on constraint figure_buckets_pkey do update set n = kept.n + excluded.n;
