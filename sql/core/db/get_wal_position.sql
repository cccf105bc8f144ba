-- How far the log is written: every transaction that anybody can see is before it.
select pg_current_wal_flush_lsn()::text as position;
