-- How many seconds a replica is behind a position of the primary's log: 0 once it has replayed it,
-- else the age of the latest transaction that it has. Its own clock of what it received would say 0
-- after the connection to the primary broke.
select case
    when not pg_is_in_recovery() or pg_last_wal_replay_lsn() >= :position::text::pg_lsn then 0
    else coalesce(extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()), 0)
end::float8 as seconds;
