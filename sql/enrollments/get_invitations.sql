-- How many addresses a person gave places to in the last 24 hours, and in how many seconds the
-- first of them count no more.
select coalesce(sum(total), 0)::bigint as given,
       coalesce(ceil(extract(epoch from min(created_at) + interval '24 hours' - now())), 1)::integer
           as free_in_seconds
from bulk_enrollments
where requested_by = :user_id and not dry_run and created_at > now() - interval '24 hours';
