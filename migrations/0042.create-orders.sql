-- Orders: what a student pays for a course. Amounts are whole minor units, never a float.
-- depends: 0029.create-bulk-enrollments 0040.record-learning

create table orders (
    id uuid not null default uuid_v7(),
    course_id uuid not null,
    student_id uuid not null,
    status text not null default 'pending',
    amount bigint not null,  -- the course's price when the order was made
    currency text not null,
    provider text not null default 'manual',
    reference text,
    created_at timestamptz not null default now(),
    paid_at timestamptz,
    refunded_at timestamptz,
    updated_at timestamptz not null default now(),
    constraint orders_pkey primary key (id),
    constraint orders_course foreign key (course_id) references courses,
    constraint orders_student foreign key (student_id) references users,
    constraint orders_status_known check (status in ('pending', 'paid', 'refunded')),
    constraint orders_amount_positive check (amount > 0),
    constraint orders_currency_known check (currency ~ '^[A-Z]{3}$'),
    constraint orders_paid_have_reference check (
        (status = 'pending') = (paid_at is null) and (paid_at is null) = (reference is null)),
    constraint orders_refunded_have_time check ((status = 'refunded') = (refunded_at is not null))
);
create trigger orders_touch before update on orders
    for each row execute function touch_updated_at();
-- One to pay, and what is paid is not paid again; a refunded one makes room for another.
create unique index orders_one_open on orders (course_id, student_id)
    where status in ('pending', 'paid');
create index orders_by_student on orders (student_id, created_at desc, id desc);
create index orders_newest on orders (created_at desc, id desc);
create index orders_by_course on orders (course_id, created_at desc, id desc);
