-- All of the site's figures, in one statement and so in one snapshot.
select coalesce((select figures from figures.by_scope where scope = figures.site()), '{}')
           as figures,
       coalesce(sum(n) filter (where key >= :day), 0)::bigint as active_day,
       coalesce(sum(n) filter (where key >= :week), 0)::bigint as active_week,
       coalesce(sum(n), 0)::bigint as active_month
from figures.bucket_parts
where scope = figures.people() and name = 'active' and key >= :month;
