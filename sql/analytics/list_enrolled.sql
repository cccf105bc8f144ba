-- New enrolments by period, the first period being 0; by hours or by quarters of one.
select width_bucket(key, :bounds::bigint[]) - 1 as period, sum(n)::bigint as n
from figures.bucket_parts
where scope = any(:course_ids::uuid[]) and name = :started
  and key >= :first and key < :last
group by 1;
