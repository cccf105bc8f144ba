-- A bulk load past triggers and foreign keys, which it keeps by itself; until the end of the
-- transaction.
set local session_replication_role = replica;
