-- Who learns what, and how far.
-- depends: 0004.create-catalogue

create table enrollments (
    id uuid not null default uuid_v7(),
    course_id uuid not null,
    student_id uuid not null,
    status text not null default 'active',
    enrolled_at timestamptz not null default now(),
    completed_at timestamptz,
    last_accessed_at timestamptz,
    updated_at timestamptz not null default now(),
    constraint enrollments_pkey primary key (id),
    constraint enrollments_once unique (course_id, student_id),
    constraint enrollments_course foreign key (course_id) references courses,
    constraint enrollments_student foreign key (student_id) references users,
    constraint enrollments_status_known check (status in ('active', 'completed', 'dropped')),
    constraint enrollments_completed_have_time
        check ((status = 'completed') = (completed_at is not null))
);
create trigger enrollments_touch before update on enrollments
    for each row execute function touch_updated_at();
create index enrollments_by_student on enrollments (student_id, enrolled_at desc, id desc);
create index enrollments_by_course on enrollments (course_id, enrolled_at desc, id desc);

create table lesson_progress (
    enrollment_id uuid not null,
    lesson_id uuid not null,
    completed_at timestamptz,
    time_spent_seconds integer not null default 0,
    last_position_seconds integer,
    updated_at timestamptz not null default now(),
    constraint lesson_progress_pkey primary key (enrollment_id, lesson_id),
    constraint lesson_progress_enrollment
        foreign key (enrollment_id) references enrollments on delete cascade,
    constraint lesson_progress_lesson
        foreign key (lesson_id) references lessons on delete cascade,
    constraint lesson_progress_time_not_negative check (time_spent_seconds >= 0)
);
create index lesson_progress_by_lesson on lesson_progress (lesson_id);

-- Progress is counted, never stored: over the lessons that the course has now. A completed
-- enrolment stays at 100 whatever becomes of the course.
create view enrollment_details as
select e.id,
       json_build_object('id', c.id, 'title', c.title, 'slug', c.slug,
                         'thumbnail_url', null) as course,
       e.student_id, e.status,
       case when e.status = 'completed' then 100
            when work.total = 0 then 0
            else 100 * work.done / work.total
       end as progress_percent,
       work.done as completed_lessons,
       work.total as total_lessons,
       work.seconds as time_spent_seconds,
       work.resume_lesson_id,
       e.enrolled_at, e.completed_at, e.last_accessed_at, e.updated_at,
       e.course_id, c.instructor_id
from enrollments e
join courses c on c.id = e.course_id
cross join lateral (
    select count(*)::integer as total,
           count(p.completed_at)::integer as done,
           coalesce(sum(p.time_spent_seconds), 0)::integer as seconds,
           (array_agg(l.id order by l.position) filter (where p.completed_at is null))[1]
               as resume_lesson_id
    from current_lessons l
    left join lesson_progress p on p.enrollment_id = e.id and p.lesson_id = l.id
    where l.course_id = e.course_id
) as work;
