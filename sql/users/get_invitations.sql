-- How many people somebody invited in the last 24 hours, to the site or to courses, and in how many
-- seconds the first of them count no more.
with given as (
    select created_at, total as people
    from bulk_enrollments
    where requested_by = :user_id and not dry_run and created_at > now() - interval '24 hours'
    union all
    select at, 1
    from audit_log
    where actor_id = :user_id and action = 'user.created' and data ->> 'by' = 'invitation'
      and at > now() - interval '24 hours'
)
select coalesce(sum(people), 0)::bigint as given,
       coalesce(ceil(extract(epoch from min(created_at) + interval '24 hours' - now())), 1)::integer
           as free_in_seconds
from given;
