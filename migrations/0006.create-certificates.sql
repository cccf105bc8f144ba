-- Certificates outlive what they certify: name and title are frozen in them.
-- depends: 0005.create-enrollments

create table certificates (
    id uuid not null default uuid_v7(),
    number text not null,
    enrollment_id uuid not null,
    student_id uuid not null,
    course_id uuid not null,
    student_name text not null,
    course_title text not null,
    status text not null default 'pending',
    completed_at timestamptz not null,
    issued_at timestamptz,
    expires_at timestamptz,
    revoked_at timestamptz,
    revoked_reason text,
    storage_key text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint certificates_pkey primary key (id),
    constraint certificates_number_once unique (number),
    constraint certificates_one_per_enrollment unique (enrollment_id),
    constraint certificates_enrollment foreign key (enrollment_id) references enrollments,
    constraint certificates_status_known check (status in ('pending', 'issued', 'revoked')),
    constraint certificates_issued_are_stored
        check (status <> 'issued' or (issued_at is not null and storage_key is not null))
);
create trigger certificates_touch before update on certificates
    for each row execute function touch_updated_at();
create index certificates_by_student on certificates (student_id, created_at desc, id desc);

-- A certificate runs out by the clock, so that is told at reading.
create view certificate_details as
select id, number,
       case when status = 'issued' and expires_at <= now() then 'expired' else status end as status,
       enrollment_id,
       json_build_object('id', course_id, 'title', course_title) as course,
       student_name, completed_at, issued_at, expires_at, revoked_at, created_at,
       student_id, course_id, storage_key, updated_at
from certificates;
