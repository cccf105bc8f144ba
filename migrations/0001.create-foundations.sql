-- What every later table uses: time-ordered ids, write times, RFC 3339 text, kept replies.

create extension if not exists pg_trgm;

-- UUID version 7 (RFC 9562 §5.7): 48 bits of milliseconds, then 12 bits of the fraction
-- below, so that rows made within one millisecond sort by time as well. PostgreSQL 18 has
-- one of its own; we run from 14 on.
create function uuid_v7() returns uuid language sql volatile parallel safe as $$
    select encode(
        set_byte(
            set_byte(
                overlay(
                    uuid_send(gen_random_uuid())
                    placing substring(int8send((micros / 1000)) from 3 for 6) from 1 for 6
                ),
                6, 112 + ((micros % 1000) * 4096 / 1000 / 256)::int
            ),
            7, ((micros % 1000) * 4096 / 1000 % 256)::int
        ), 'hex')::uuid
    from (select (extract(epoch from clock_timestamp()) * 1000000)::bigint as micros) as clock
$$;

-- A row's write time always grows, also within one microsecond: it is the row's version.
create function touch_updated_at() returns trigger language plpgsql as $$
begin
    new.updated_at := greatest(clock_timestamp(), old.updated_at + interval '1 microsecond');
    return new;
end $$;

create table idempotency_keys (
    scope text not null,
    method text not null,
    path text not null,
    key text not null,
    fingerprint bytea not null,
    status integer not null,
    headers jsonb not null,
    body bytea not null,
    created_at timestamptz not null default now(),
    constraint idempotency_keys_pkey primary key (scope, method, path, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);
