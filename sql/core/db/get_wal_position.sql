-- The position up to which the log is written: every transaction that anyone can see is before it.
select pg_current_wal_flush_lsn()::text as position;
