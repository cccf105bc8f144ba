create or replace view figures.figure_moves as
select scope, name, n from figures.figure_changes where key is null
union all
select figures.site(), name, n from figures.figure_changes where key is null and scope <> figures.site()
union all
select course_id, status, n from figures.enrollment_changes
union all
select figures.site(), status, n from figures.enrollment_changes
union all
select course_id, 'seconds', n * seconds from figures.enrollment_changes where seconds is not null
union all
select lesson_id, 'completed', n from figures.lesson_changes;

create or replace view figures.bucket_moves as
select scope, name, key, n from figures.figure_changes where key is not null
union all
select course_id, 'started', started, n from figures.enrollment_changes
union all
select course_id, 'started/4', started / 4, n from figures.enrollment_changes
union all
select course_id, 'started/96', started / 96, n from figures.enrollment_changes
union all
select course_id, 'hours/24', active_hour / 24, n from figures.enrollment_changes where status = 'active'
union all
select course_id, 'hours', active_hour, n from figures.enrollment_changes where status = 'active'
union all
select course_id, 'time/262144', seconds >> 18, n from figures.enrollment_changes where seconds is not null
union all
select course_id, 'time/512', seconds >> 9, n from figures.enrollment_changes where seconds is not null
union all
select course_id, 'time', seconds, n from figures.enrollment_changes where seconds is not null;

