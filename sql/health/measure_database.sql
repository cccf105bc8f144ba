-- Samples of PostgreSQL's state, each with its metric's name. Locks no table, and of our own tables
-- reads only the schedules and when the latest backup was made.
with seen as (select * from pg_stat_database where datname = current_database()),
backends as (
    select state, wait_event_type, xact_start
    from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and state is not null
),
tables as (
    -- A partitioned table has no rows of its own; its partitions are in the list.
    select s.relname, s.n_live_tup, s.n_dead_tup
    from pg_stat_user_tables s
    join pg_class c on c.oid = s.relid and c.relkind = 'r'
    where s.schemaname in ('public', 'figures')
)
select 'lms_database_bytes' as metric, '' as label,
       pg_database_size(current_database())::float8 as value
union all
select 'lms_database_backends', state, count(*)::float8 from backends group by state
union all
select 'lms_database_lock_waits', '', count(*) filter (where wait_event_type = 'Lock')::float8
from backends
union all
select 'lms_database_oldest_transaction_seconds', '',
       coalesce(extract(epoch from now() - min(xact_start)), 0)::float8
from backends
union all
select 'lms_database_connection_limit', '', current_setting('max_connections')::float8
union all
select 'lms_database_transactions', x.label, x.value::float8
from seen,
     lateral (values ('committed', xact_commit), ('rolled_back', xact_rollback)) as x (label, value)
union all
select 'lms_database_blocks', x.label, x.value::float8
from seen, lateral (values ('cache', blks_hit), ('disk', blks_read)) as x (label, value)
union all
select 'lms_database_rows', x.label, x.value::float8
from seen,
     lateral (values ('returned', tup_returned), ('inserted', tup_inserted),
                     ('updated', tup_updated), ('deleted', tup_deleted)) as x (label, value)
union all
select 'lms_database_deadlocks', '', deadlocks::float8 from seen
union all
select 'lms_database_temporary_bytes', '', temp_bytes::float8 from seen
union all
select 'lms_database_table_rows', relname, n_live_tup::float8
from tables
union all
select 'lms_database_table_dead_rows', relname, n_dead_tup::float8
from tables
union all
select 'lms_schedule_late_seconds', '',
       greatest(coalesce(extract(epoch from now() - min(next_due_at)), 0), 0)::float8
from schedules
union all
-- The age of an installation without a backup counts from its first migration.
select 'lms_backup_age_seconds', '',
       extract(epoch from now() - coalesce(
           (select taken_at from latest_backup),
           (select min(applied_at_utc) at time zone 'UTC' from _yoyo_migration)))::float8;
