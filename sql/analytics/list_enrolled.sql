-- New enrolments by period, the first period being 0.
select width_bucket(key, :bounds::bigint[]) - 1 as period, sum(n)::bigint as n
from exact_buckets
where scope = any(:course_ids::uuid[]) and name = 'started'
  and key >= :first_quarter and key < :last_quarter
group by 1;
