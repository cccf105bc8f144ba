-- Who did what, when and from where. Rows are written with what they tell of, and stay.
-- depends: 0001.create-foundations

create table audit_log (
    id uuid not null default uuid_v7(),
    at timestamptz not null default clock_timestamp(),
    actor_id uuid,      -- null: nobody signed in, or the application itself
    action text not null,
    subject_id uuid,    -- the user, course, certificate … that it was done to
    ip inet,
    request_id text,
    data jsonb not null default '{}',
    constraint audit_log_pkey primary key (id),
    constraint audit_log_action_is_dotted check (action ~ '^[a-z_]+(\.[a-z_]+)+$'),
    constraint audit_log_data_is_an_object check (jsonb_typeof(data) = 'object')
);
-- No foreign keys: what happened stays written when a user or a course is gone.
create index audit_log_by_actor on audit_log (actor_id, at desc);
create index audit_log_by_subject on audit_log (subject_id, at desc);
create index audit_log_by_action on audit_log (action, at desc);

create function keep_audit_log() returns trigger language plpgsql as $$
begin
    -- Only age ends a row: after two years, longer than anyone may ask about it.
    if tg_op = 'DELETE' and old.at < now() - interval '2 years' then
        return old;
    end if;
    raise exception 'the audit log is only ever added to' using errcode = 'restrict_violation';
end $$;
create trigger audit_log_kept before update or delete on audit_log
    for each row execute function keep_audit_log();
create trigger audit_log_kept_whole before truncate on audit_log
    for each statement execute function keep_audit_log();
