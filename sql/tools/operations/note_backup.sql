-- A backup was made: of several that ran at once, the one that began last counts.
insert into latest_backup (taken_at, files, bytes)
values (:taken_at, :files, :bytes)
on conflict on constraint latest_backup_pkey do update
set taken_at = excluded.taken_at, files = excluded.files, bytes = excluded.bytes
where latest_backup.taken_at < excluded.taken_at;
