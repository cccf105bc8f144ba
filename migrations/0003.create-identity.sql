-- People and their sessions.
-- depends: 0001.create-foundations

create table users (
    id uuid not null default uuid_v7(),
    email text not null,
    email_key text not null,  -- the form in which addresses are compared
    password_hash text,       -- null until an invited person sets one
    full_name text not null,
    role text not null default 'student',
    is_active boolean not null default true,
    email_verified_at timestamptz,
    bio text,
    avatar_file_id uuid,
    timezone text not null default 'UTC',
    locale text not null default 'en',
    metadata jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint users_pkey primary key (id),
    constraint users_email_once unique (email_key),
    constraint users_role_known check (role in ('student', 'instructor', 'admin'))
);
create trigger users_touch before update on users
    for each row execute function touch_updated_at();

-- A sign-in. The refresh token is kept as a hash; its parent's hash tells a lost reply from theft.
create table sessions (
    id uuid not null default uuid_v7(),
    user_id uuid not null,
    refresh_hash bytea not null,
    parent_hash bytea,
    rotated_at timestamptz,
    ip inet,
    device text not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    constraint sessions_pkey primary key (id),
    constraint sessions_user foreign key (user_id) references users on delete cascade
);
create index sessions_by_user on sessions (user_id, last_used_at desc);
create index sessions_by_expiry on sessions (expires_at);

-- What API processes must forget: they remember who a token belongs to, and read this several
-- times a second. Rows come from triggers, so that no way of revoking can leave them out.
create table revocations (
    id bigint generated always as identity,
    user_id uuid,
    session_id uuid,
    at timestamptz not null default clock_timestamp(),
    constraint revocations_pkey primary key (id)
);
create index revocations_by_time on revocations (at);

create function note_revoked_session() returns trigger language plpgsql as $$
begin
    insert into revocations (session_id) values (old.id);
    return null;
end $$;
create trigger sessions_revoked after update of revoked_at on sessions
    for each row when (old.revoked_at is distinct from new.revoked_at)
    execute function note_revoked_session();
create trigger sessions_deleted after delete on sessions
    for each row execute function note_revoked_session();

create function note_changed_user() returns trigger language plpgsql as $$
begin
    insert into revocations (user_id) values (new.id);
    return null;
end $$;
-- Everything that CurrentUser holds.
create trigger users_changed
    after update of role, is_active, full_name, email, timezone on users
    for each row when (
        (old.role, old.is_active, old.full_name, old.email, old.timezone)
        is distinct from (new.role, new.is_active, new.full_name, new.email, new.timezone))
    execute function note_changed_user();
