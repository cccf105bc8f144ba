-- The migrations that were applied to this database.
select migration_id from _yoyo_migration;
