-- When the latest backup was made, so that monitoring can tell that there is none.
-- depends: 0001.create-foundations

create table latest_backup (
    is_the_only boolean not null default true,
    taken_at timestamptz not null,
    files bigint not null,
    bytes bigint not null,
    constraint latest_backup_pkey primary key (is_the_only),
    constraint latest_backup_is_one check (is_the_only),
    constraint latest_backup_files_counted check (files >= 0 and bytes >= 0)
);
