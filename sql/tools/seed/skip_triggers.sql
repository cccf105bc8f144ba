-- Skips triggers and foreign keys until the transaction ends: a bulk load keeps their rules itself.
set local session_replication_role = replica;
