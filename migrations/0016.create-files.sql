-- Files, and the foreign keys that keep a file for as long as something shows it.
-- depends: 0006.create-certificates

create table files (
    id uuid not null default uuid_v7(),
    uploader_id uuid not null,
    filename text not null,
    content_type text not null,
    size bigint,     -- bytes; of a straight-to-storage upload, as declared until it is ready
    sha256 bytea,
    is_public boolean not null default false,
    -- awaiting: the client may send it to the storage; storing: we write the object;
    -- ready: the object is there. The row is made before its object and readied after it.
    status text not null,
    alive_until timestamptz,  -- renewed while an upload runs; the sweep takes what is past it
    claim bytea,              -- names a running upload under an Idempotency-Key
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint files_pkey primary key (id),
    constraint files_uploader foreign key (uploader_id) references users,
    constraint files_status_known check (status in ('awaiting', 'storing', 'ready')),
    constraint files_ready_are_measured
        check (status <> 'ready' or (size is not null and sha256 is not null)),
    constraint files_unready_expire check ((status = 'ready') = (alive_until is null)),
    constraint files_size_positive check (size > 0),
    constraint files_name_length check (char_length(filename) between 1 and 255),
    constraint files_one_upload_per_key unique (claim)
);
create trigger files_touch before update on files
    for each row execute function touch_updated_at();
create index files_by_uploader on files (uploader_id, created_at desc, id desc);
create index files_newest on files (created_at desc, id desc);
create index files_unready on files (alive_until) where status <> 'ready';
create index files_by_name on files using gin (filename gin_trgm_ops);

-- What each person's files take. Moved with the file in one statement, so the quota holds
-- under any race, and is never counted over all files.
create table file_usage (
    user_id uuid not null,
    bytes bigint not null,
    constraint file_usage_pkey primary key (user_id),
    constraint file_usage_user foreign key (user_id) references users on delete cascade,
    constraint file_usage_not_negative check (bytes >= 0)
) with (fillfactor = 70);

-- Columns, since a foreign key cannot look into a document; by a trigger, since a generated
-- column would write the whole table anew. No certificate of a course names a file yet.
alter table courses
    add column certificate_logo_file_id uuid,
    add column certificate_signature_file_id uuid;
create function note_certificate_files() returns trigger language plpgsql as $$
begin
    new.certificate_logo_file_id := new.certificate ->> 'logo_file_id';
    new.certificate_signature_file_id := new.certificate ->> 'signature_file_id';
    return new;
end $$;
create trigger courses_certificate_files before insert or update of certificate on courses
    for each row execute function note_certificate_files();

alter table courses
    add constraint courses_thumbnail foreign key (thumbnail_file_id) references files not valid,
    add constraint courses_certificate_logo
        foreign key (certificate_logo_file_id) references files not valid,
    add constraint courses_certificate_signature
        foreign key (certificate_signature_file_id) references files not valid;
alter table lessons
    add constraint lessons_file foreign key (file_id) references files not valid;
alter table users
    add constraint users_avatar foreign key (avatar_file_id) references files not valid;
