-- Courses and their lessons.
-- depends: 0003.create-identity

create table courses (
    id uuid not null default uuid_v7(),
    instructor_id uuid not null,
    title text not null,
    slug text not null,
    description text not null default '',
    category text,
    difficulty text not null default 'beginner',
    status text not null default 'draft',
    language text not null default 'en',
    thumbnail_file_id uuid,
    estimated_duration_minutes integer,
    price_amount bigint,
    price_currency text,
    capacity integer,
    learning_objectives jsonb not null default '[]',
    requirements jsonb not null default '[]',
    metadata jsonb not null default '{}',
    certificate jsonb not null default '{}',
    published_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    listed_at timestamptz not null generated always as (coalesce(published_at, created_at)) stored,
    constraint courses_pkey primary key (id),
    constraint courses_slug_once unique (slug),
    constraint courses_slug_shape check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint courses_instructor foreign key (instructor_id) references users,
    constraint courses_title_length check (char_length(title) between 3 and 255),
    constraint courses_difficulty_known
        check (difficulty in ('beginner', 'intermediate', 'advanced')),
    constraint courses_status_known check (status in ('draft', 'published', 'archived')),
    constraint courses_price_whole check ((price_amount is null) = (price_currency is null)),
    constraint courses_price_positive check (price_amount >= 0),
    constraint courses_capacity_positive check (capacity > 0)
);
create trigger courses_touch before update on courses
    for each row execute function touch_updated_at();
create index courses_newest on courses (status, listed_at desc, id desc);
create index courses_listed on courses (listed_at desc, id desc);
create index courses_by_category on courses (status, category, listed_at desc, id desc);
create index courses_by_instructor on courses (instructor_id, listed_at desc, id desc);
create index courses_by_update on courses (updated_at);

-- What moves with students rather than with the author: apart, so that an enrolment is no
-- write to the course. Its row is also the lock under which places and positions are given.
create table course_counters (
    course_id uuid not null,
    enrollment_count integer not null default 0,  -- active and completed: places taken
    rating_count integer not null default 0,
    rating_sum bigint not null default 0,
    constraint course_counters_pkey primary key (course_id),
    constraint course_counters_course
        foreign key (course_id) references courses on delete cascade,
    constraint course_counters_not_negative
        check (enrollment_count >= 0 and rating_count >= 0 and rating_sum >= 0)
) with (fillfactor = 70);

create function create_course_counters() returns trigger language plpgsql as $$
begin
    insert into course_counters (course_id) values (new.id);
    return null;
end $$;
create trigger courses_counted after insert on courses
    for each row execute function create_course_counters();

create table lessons (
    id uuid not null default uuid_v7(),
    course_id uuid not null,
    title text not null,
    content_type text not null,
    content text,
    video_url text,
    file_id uuid,
    quiz_id uuid,
    duration_minutes integer,
    is_preview boolean not null default false,
    position integer,  -- 1..n, dense; null once removed
    metadata jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    removed_at timestamptz,
    constraint lessons_pkey primary key (id),
    constraint lessons_course foreign key (course_id) references courses on delete cascade,
    -- Checked at the end of a statement, so that one statement can move every lesson.
    constraint lessons_position_once unique (course_id, position) deferrable initially immediate,
    constraint lessons_position_positive check (position > 0),
    constraint lessons_removed_have_no_position check ((removed_at is null) = (position is not null)),
    constraint lessons_content_type_known
        check (content_type in ('text', 'video', 'document', 'quiz'))
);
create trigger lessons_touch before update on lessons
    for each row execute function touch_updated_at();

-- A removed lesson keeps its row, so that removing one from a course with a million students
-- touches one row, and what they did stays known. Everything reads this view.
create view current_lessons as
select id, course_id, title, content_type, content, video_url, file_id, quiz_id,
       duration_minutes, is_preview, position, metadata, created_at, updated_at
from lessons
where removed_at is null;

-- The catalogue's versions: any change that a reader of courses could see moves one of them in
-- the same transaction, so a cached reply is right exactly as long as its versions stand.
-- 64 rows, because one would make every enrolment of the site wait for every other.
create table catalogue_versions (
    shard smallint not null,
    version bigint not null default 0,
    constraint catalogue_versions_pkey primary key (shard)
) with (fillfactor = 20);
insert into catalogue_versions (shard) select generate_series(0, 63);

create function catalogue_shard(course_id uuid) returns smallint
language sql immutable parallel safe as $$
    select (get_byte(uuid_send(course_id), 15) % 64)::smallint
$$;

create function note_catalogue_change() returns trigger language plpgsql as $$
declare
    changed uuid;
begin
    if tg_table_name = 'courses' then
        changed := case when tg_op = 'DELETE' then old.id else new.id end;
    else
        changed := case when tg_op = 'DELETE' then old.course_id else new.course_id end;
    end if;
    update catalogue_versions set version = version + 1 where shard = catalogue_shard(changed);
    return null;
end $$;
create trigger courses_version after insert or update or delete on courses
    for each row execute function note_catalogue_change();
create trigger course_counters_version after update on course_counters
    for each row execute function note_catalogue_change();
create trigger lessons_version after insert or update or delete on lessons
    for each row execute function note_catalogue_change();

create function note_renamed_instructor() returns trigger language plpgsql as $$
begin
    update catalogue_versions set version = version + 1
    where shard in (select catalogue_shard(id) from courses where instructor_id = new.id);
    return null;
end $$;
create trigger users_renamed after update of full_name on users
    for each row when (old.full_name <> new.full_name and new.role <> 'student')
    execute function note_renamed_instructor();

create view course_details as
select c.id, c.title, c.slug, c.description, c.category, c.difficulty, c.status,
       json_build_object('id', u.id, 'full_name', u.full_name) as instructor,
       null::text as thumbnail_url, c.thumbnail_file_id, c.estimated_duration_minutes,
       case when c.price_amount is not null
            then json_build_object('amount', c.price_amount, 'currency', c.price_currency)
       end as price,
       c.capacity, c.language, c.learning_objectives, c.requirements, c.metadata, c.certificate,
       (select count(*) from current_lessons l where l.course_id = c.id)::integer as lesson_count,
       n.enrollment_count,
       case when n.rating_count > 0
            then round(n.rating_sum::numeric / n.rating_count, 2)
       end as average_rating,
       n.rating_count, c.published_at, c.created_at, c.updated_at,
       c.instructor_id, c.listed_at, c.price_amount
from courses c
join course_counters n on n.course_id = c.id
join users u on u.id = c.instructor_id;
