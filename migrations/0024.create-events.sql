-- What happened, in the order in which a consumer may read it.
-- depends: 0006.create-certificates

-- Commits finish out of order, so neither a time nor a serial number is an order that a
-- polling reader can trust: a row with a smaller one may appear behind its back. Rows are
-- ordered by the transaction that wrote them, and read only up to the oldest transaction that
-- still runs: below it nothing can appear any more.
create table events (
    id uuid not null default uuid_v7(),
    xid xid8 not null default pg_current_xact_id(),
    position bigint generated always as identity,  -- the order within a transaction
    type text not null,
    course_id uuid,  -- no foreign key: what happened stays when the course is gone
    data jsonb not null,
    created_at timestamptz not null default now(),
    constraint events_pkey primary key (id),
    constraint events_data_is_an_object check (jsonb_typeof(data) = 'object')
);
create index events_by_type on events (type, xid, position);
create index events_by_course on events (course_id, xid, position) where course_id is not null;
