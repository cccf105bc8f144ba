-- Whether this server is a replica and has replayed the log up to that position. One that was
-- promoted follows no primary any more, so the answer is false.
select pg_is_in_recovery()
       and coalesce(pg_last_wal_replay_lsn() >= :position::text::pg_lsn, false) as has_reached;
