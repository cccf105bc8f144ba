-- People by how lately they read or changed learning.
select coalesce(sum(n) filter (where key >= :day), 0)::bigint as day,
       coalesce(sum(n) filter (where key >= :week), 0)::bigint as week,
       coalesce(sum(n), 0)::bigint as month
from exact_buckets
where scope = people() and name = 'active' and key >= :month;
