-- All of the site's figures, in one statement and so in one snapshot.
select coalesce((select json_object_agg(name, n) from exact_figures where scope = site()), '{}')
           as figures,
       coalesce(sum(n) filter (where key >= :day), 0)::bigint as active_day,
       coalesce(sum(n) filter (where key >= :week), 0)::bigint as active_week,
       coalesce(sum(n), 0)::bigint as active_month
from bucket_parts
where scope = people() and name = 'active' and key >= :month;
