-- The migrations that this database has seen.
select migration_id from _yoyo_migration;
