drop table latest_backup;
