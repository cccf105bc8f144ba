-- What was counted from an hour on.
select coalesce(sum(n), 0)::bigint
from exact_buckets
where scope = :scope and name = :name and key >= :since_hour;
