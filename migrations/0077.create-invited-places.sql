-- Places that are given to e-mail addresses: each waits until the person behind the address has
-- proved it, and nobody has access before.
-- depends: 0029.create-bulk-enrollments 0065.filter-courses

create table invited_places (
    id uuid not null default uuid_v7(),
    course_id uuid not null,
    email text not null,      -- as the teacher gave it
    email_key text not null,  -- the form in which addresses are compared
    full_name text not null,  -- as the teacher gave it, never the account's
    status text not null default 'waiting',
    turn bigint generated always as identity,  -- who waits longer comes first
    invited_by uuid not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    expires_at timestamptz not null default now() + interval '90 days',
    constraint invited_places_pkey primary key (id),
    constraint invited_places_once unique (course_id, email_key),
    constraint invited_places_course
        foreign key (course_id) references courses (id) on delete cascade,
    constraint invited_places_inviter foreign key (invited_by) references users (id),
    -- `invited` holds a seat until the address is proved; `waiting` waits for a seat.
    constraint invited_places_status_known check (status in ('invited', 'waiting'))
);
create trigger invited_places_touch before update on invited_places
    for each row execute function touch_updated_at();
create index invited_places_by_email on invited_places (email_key);
create index invited_places_by_inviter on invited_places (invited_by);
create index invited_places_by_end on invited_places (expires_at);
create index invited_places_in_line on invited_places (course_id, turn) where status = 'waiting';
create index invited_places_newest
    on invited_places (course_id, status, created_at desc, id desc);
create index invited_places_name on invited_places (course_id, status, lower(full_name), id);

-- How many seats of a course are free: those for who waits in line, and those that are left for
-- whoever comes after them. Null is without limit. A place that has lapsed by its date holds
-- nothing, whether or not it was swept away yet.
create view course_seats as
select c.id as course_id,
       c.status = 'published' as is_open,
       case when c.capacity is not null then
           c.capacity - n.enrollment_count
           - (select count(*)::integer from invited_places p
              where p.course_id = c.id and p.status = 'invited' and p.expires_at > now())
       end as free,
       case when c.capacity is not null then
           c.capacity - n.enrollment_count
           - (select count(*)::integer from invited_places p
              where p.course_id = c.id and p.expires_at > now())
       end as unclaimed
from courses c
join course_counters n on n.course_id = c.id;

-- Places that wait, in the shape in which a roster shows enrolments: by what the teacher gave,
-- never by what the account behind the address says.
create view place_details as
select p.id,
       json_build_object('id', c.id, 'title', c.title, 'slug', c.slug,
                         'thumbnail_url', file_url(c.thumbnail_file_id, 'thumbnail')) as course,
       null::uuid as student_id, p.status, 0 as progress_percent, 0 as completed_lessons,
       coalesce((select max(l.position) from lessons l where l.course_id = c.id), 0)
           as total_lessons,
       0 as time_spent_seconds, null::uuid as resume_lesson_id, null::timestamptz as enrolled_at,
       null::timestamptz as completed_at, null::timestamptz as last_accessed_at, p.updated_at,
       json_build_object('id', null::uuid, 'full_name', p.full_name, 'email', p.email) as student,
       lower(p.full_name) as student_name, 0 as done_lessons, p.expires_at,
       p.created_at as placed_at, p.course_id, p.full_name, p.email
from invited_places p
join courses c on c.id = p.course_id
where p.expires_at > now();

-- The new rule allows more, and old rows keep it; 0079 looks at them.
alter table bulk_enrollment_rows
    -- squawk-ignore ban-drop-constraint
    drop constraint bulk_enrollment_rows_status_known,
    add constraint bulk_enrollment_rows_status_known check (status in
        ('pending', 'enrolled', 'invited', 'waiting', 'returned', 'already_enrolled', 'duplicate',
         'refused')) not valid;
