-- Samples of people, courses and learning from the figures of analytics, each with its metric's
-- name.
with totals as (
    select name, n from figures.exact_figures where scope = figures.site()
), active as (
    select key, sum(n) as n from figures.bucket_parts
    where scope = figures.people() and name = 'active'
      and key > figures.hour_of(now()) - 24 * 30
    group by key
)
select 'lms_' || split_part(name, ':', 1) as metric, split_part(name, ':', 2) as label,
       n::float8 as value
from totals
where split_part(name, ':', 1) in ('users', 'courses', 'certificates') and name like '%:%'
union all
select 'lms_enrollments', name, n::float8
from totals
where name in ('active', 'completed', 'dropped')
union all
select case name when 'files' then 'lms_files' else 'lms_file_bytes' end, '', n::float8
from totals
where name in ('files', 'bytes')
union all
select 'lms_active_users', period.name,
       coalesce(sum(active.n) filter (where active.key > figures.hour_of(now()) - period.hours), 0)
           ::float8
from (values ('day', 24), ('week', 24 * 7), ('month', 24 * 30)) as period (name, hours)
left join active on true
group by period.name;
