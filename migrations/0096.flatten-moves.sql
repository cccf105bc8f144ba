-- Every branch of these unions has the types of the first. Where one differed (`n` is a smallint
-- in the changes, a bigint in the totals), PostgreSQL planned the branch as a query of its own and
-- kept it in the plan even if it could match nothing: fifty such nodes in a course's figures.
-- depends: 0064.share-figures 0095.bound-what-is-kept

create or replace view figures.figure_moves as
select scope, name, n from figures.figure_changes where key is null
union all
select figures.site(), name, n from figures.figure_changes
where key is null and scope <> figures.site()
union all
select course_id, status, n::bigint from figures.enrollment_changes
union all
select figures.site(), status, n::bigint from figures.enrollment_changes
union all
select course_id, 'seconds'::text, n * seconds from figures.enrollment_changes
where seconds is not null
union all
select lesson_id, 'completed'::text, n::bigint from figures.lesson_changes;

create or replace view figures.bucket_moves as
select scope, name, key, n from figures.figure_changes where key is not null
union all
select course_id, 'started'::text, started, n::bigint from figures.enrollment_changes
union all
select course_id, 'started/4'::text, started / 4, n::bigint from figures.enrollment_changes
union all
select course_id, 'started/96'::text, started / 96, n::bigint from figures.enrollment_changes
union all
select course_id, 'hours/24'::text, active_hour / 24, n::bigint from figures.enrollment_changes
where status = 'active'
union all
select course_id, 'hours'::text, active_hour, n::bigint from figures.enrollment_changes
where status = 'active'
union all
select course_id, 'time/262144'::text, seconds >> 18, n::bigint from figures.enrollment_changes
where seconds is not null
union all
select course_id, 'time/512'::text, seconds >> 9, n::bigint from figures.enrollment_changes
where seconds is not null
union all
select course_id, 'time'::text, seconds, n::bigint from figures.enrollment_changes
where seconds is not null;
