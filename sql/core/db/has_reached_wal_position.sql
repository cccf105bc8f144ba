-- Whether this server is a replica and has replayed the log as far as that; one that was
-- promoted follows nobody, so it is asked nothing.
select pg_is_in_recovery()
       and coalesce(pg_last_wal_replay_lsn() >= :position::text::pg_lsn, false) as has_reached;
