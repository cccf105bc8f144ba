-- Enrolling many people at once, row by row, by a worker that may be killed at any of them.
-- depends: 0027.count-progress

create table bulk_enrollments (
    id uuid not null default uuid_v7(),
    course_id uuid not null,
    requested_by uuid not null,
    dry_run boolean not null,
    status text not null default 'pending',
    total integer not null,
    processed integer not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    finished_at timestamptz,
    constraint bulk_enrollments_pkey primary key (id),
    constraint bulk_enrollments_course
        foreign key (course_id) references courses on delete cascade,
    constraint bulk_enrollments_requester
        foreign key (requested_by) references users on delete cascade,
    constraint bulk_enrollments_status_known check (status in ('pending', 'running', 'done')),
    constraint bulk_enrollments_processed_within_total check (processed between 0 and total),
    constraint bulk_enrollments_finished_have_time
        check ((status = 'done') = (finished_at is not null))
);
create trigger bulk_enrollments_touch before update on bulk_enrollments
    for each row execute function touch_updated_at();
create index bulk_enrollments_by_course on bulk_enrollments (course_id);
create index bulk_enrollments_by_requester on bulk_enrollments (requested_by);
create index bulk_enrollments_finished on bulk_enrollments (finished_at) where status = 'done';

create table bulk_enrollment_rows (
    bulk_enrollment_id uuid not null,
    row_number integer not null,  -- 1..n, as given
    email text not null,
    full_name text,
    email_key text,  -- as it is compared; null until processed, and for no address
    status text not null default 'pending',
    code text,       -- why a row was refused
    user_id uuid,    -- null on a dry run, for who has no account yet
    constraint bulk_enrollment_rows_pkey primary key (bulk_enrollment_id, row_number),
    constraint bulk_enrollment_rows_of_bulk_enrollment
        foreign key (bulk_enrollment_id) references bulk_enrollments on delete cascade,
    constraint bulk_enrollment_rows_status_known check (status in
        ('pending', 'enrolled', 'invited', 'returned', 'already_enrolled', 'duplicate', 'refused')),
    constraint bulk_enrollment_rows_refused_have_code check ((status = 'refused') = (code is not null))
);
create index bulk_enrollment_rows_waiting on bulk_enrollment_rows (bulk_enrollment_id, row_number)
    where status = 'pending';
create index bulk_enrollment_rows_by_email on bulk_enrollment_rows (bulk_enrollment_id, email_key);
