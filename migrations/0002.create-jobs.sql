-- depends: 0001.create-foundations

-- A promise: work written in the transaction that causes it, and kept by a worker.
create table jobs (
    id uuid not null default uuid_v7(),
    queue text not null,
    kind text not null,
    args jsonb not null default '{}',
    promise_key text,
    status text not null default 'pending',
    run_at timestamptz not null default now(),  -- infinity: held until it is released
    attempts integer not null default 0,  -- also the fence: only the newest attempt may finish
    max_attempts integer not null default 20,
    lease_expires_at timestamptz,
    last_error text,
    created_at timestamptz not null default now(),
    finished_at timestamptz,
    constraint jobs_pkey primary key (id),
    constraint jobs_promised_once unique (promise_key),
    constraint jobs_queue_is_known
        check (queue in ('emails', 'certificates', 'progress', 'webhooks')),
    constraint jobs_status_is_known check (status in ('pending', 'running', 'done', 'dead')),
    constraint jobs_args_are_an_object check (jsonb_typeof(args) = 'object'),
    constraint jobs_attempts_stay_within_max check (attempts between 0 and max_attempts),
    constraint jobs_lease_only_while_running
        check ((status = 'running') = (lease_expires_at is not null)),
    constraint jobs_finished_at_only_when_over
        check ((status in ('done', 'dead')) = (finished_at is not null)),
    constraint jobs_error_is_short check (char_length(last_error) <= 1000)
) with (
    -- Rows change status a few times and are then left alone for weeks: vacuum by count of
    -- changes, not by share of a table that is mostly history, or the small indexes bloat.
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 5000,
    autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 5000
);

-- Every question is asked of a small index, however many finished jobs the table keeps.
create index jobs_pending on jobs (queue, kind, run_at) where status = 'pending';
create index jobs_running on jobs (lease_expires_at) where status = 'running';
create index jobs_dead on jobs (finished_at, id) where status = 'dead';
create index jobs_done on jobs (finished_at) where status = 'done';

-- A periodic duty, and when it is due next: whoever advances the row has fired it.
create table schedules (
    name text not null,
    next_due_at timestamptz not null,
    constraint schedules_pkey primary key (name)
);
