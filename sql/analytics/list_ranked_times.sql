-- The times to complete that stand at some ranks, 0 being the shortest.
select fine.key as seconds
from unnest(:ranks::bigint[]) as wanted (rank)
cross join lateral (
    select key, wanted.rank - (upto - n) as rank
    from (select key, n, sum(n) over (order by key) as upto from exact_buckets
          where scope = :course_id and name = 'time/262144') as c
    where upto > wanted.rank order by key limit 1
) as coarse
cross join lateral (
    select key, coarse.rank - (upto - n) as rank
    from (select key, n, sum(n) over (order by key) as upto from exact_buckets
          where scope = :course_id and name = 'time/512'
            and key >= coarse.key << 9 and key < (coarse.key + 1) << 9) as c
    where upto > coarse.rank order by key limit 1
) as middle
cross join lateral (
    select key
    from (select key, sum(n) over (order by key) as upto from exact_buckets
          where scope = :course_id and name = 'time'
            and key >= middle.key << 9 and key < (middle.key + 1) << 9) as c
    where upto > middle.rank order by key limit 1
) as fine
order by wanted.rank;
