-- What runs in every write and every read of an enrolment is planned once for a connection. A
-- function in SQL that cannot be inlined is planned anew in each statement, which cost more
-- than all else these statements do. enrollment_as_change() and resume_lesson() have no caller
-- any more; they stay for a release, since statements planned before may be running.
-- depends: 0040.record-learning 0041.show-files 0043.create-figures

create or replace function uuid_v7() returns uuid language plpgsql volatile parallel safe as $$
declare
    micros bigint := extract(epoch from clock_timestamp()) * 1000000;
begin
    return encode(
        set_byte(
            set_byte(
                overlay(
                    uuid_send(gen_random_uuid())
                    placing substring(int8send(micros / 1000) from 3 for 6) from 1 for 6
                ),
                6, 112 + ((micros % 1000) * 4096 / 1000 / 256)::int
            ),
            7, ((micros % 1000) * 4096 / 1000 % 256)::int
        ), 'hex')::uuid;
end $$;

-- `stable`, as to_char() is: only then is it inlined.
create or replace function rfc3339(moment timestamptz) returns text
language sql stable parallel safe as $$
    select to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- Of a time without zone, which alone makes it immutable in PostgreSQL's eyes, and inlined.
create or replace function hour_of(at timestamptz) returns bigint
language sql immutable parallel safe as $$
    select floor(extract(epoch from at at time zone 'UTC') / 3600)::bigint
$$;

create or replace function note_enrollment() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        insert into enrollment_changes
            (course_id, student_id, enrollment_id, n, status, started, active_hour, seconds)
        values (
            old.course_id, old.student_id, old.id, -1, old.status,
            floor(extract(epoch from old.enrolled_at) / 900)::bigint,
            hour_of(greatest(old.enrolled_at, old.last_accessed_at)),
            floor(extract(epoch from old.completed_at - old.enrolled_at))::bigint);
    end if;
    if tg_op <> 'DELETE' then
        insert into enrollment_changes
            (course_id, student_id, enrollment_id, n, status, started, active_hour, seconds)
        values (
            new.course_id, new.student_id, new.id, 1, new.status,
            floor(extract(epoch from new.enrolled_at) / 900)::bigint,
            hour_of(greatest(new.enrolled_at, new.last_accessed_at)),
            floor(extract(epoch from new.completed_at - new.enrolled_at))::bigint);
    end if;
    return null;
end $$;

-- PostgreSQL thinks that planning it for each event pays; it costs thirty times what it saves.
alter function fan_out_event() set plan_cache_mode = force_generic_plan;

-- Where to go on: the lesson worked on last if it is unfinished, or else the next unfinished
-- one after it, or else the first unfinished. One that was removed counts as never worked on.
create or replace view enrollment_details as
select e.id,
       json_build_object('id', c.id, 'title', c.title, 'slug', c.slug,
                         'thumbnail_url', file_url(c.thumbnail_file_id, 'thumbnail')) as course,
       e.student_id, e.status,
       case when e.status = 'completed' then 100
            when work.total = 0 then 0
            else 100 * work.done / work.total
       end as progress_percent,
       work.done as completed_lessons,
       work.total as total_lessons,
       work.seconds::integer as time_spent_seconds,
       case when work.done < work.total then coalesce(
           (select l.id from lessons l
            where l.course_id = e.course_id and l.position >= last.position
              and not exists (select from lesson_progress p
                              where p.enrollment_id = e.id and p.lesson_id = l.id
                                and p.completed_at is not null)
            order by l.position limit 1),
           (select l.id from lessons l
            where l.course_id = e.course_id and l.position < last.position
              and not exists (select from lesson_progress p
                              where p.enrollment_id = e.id and p.lesson_id = l.id
                                and p.completed_at is not null)
            order by l.position limit 1))
       end as resume_lesson_id,
       e.enrolled_at, e.completed_at, e.last_accessed_at, e.updated_at,
       e.course_id, c.instructor_id
from enrollments e
join courses c on c.id = e.course_id
join enrollment_totals work on work.id = e.id
cross join lateral (
    select coalesce(
        (select position from lessons where id = e.last_lesson_id),
        (select l.position
         from lesson_progress p join lessons l on l.id = p.lesson_id
         where p.enrollment_id = e.id and p.worked_at is not null and l.position is not null
           -- Asked only after a removal: this walks the student's lessons.
           and e.last_lesson_id is not null
         order by p.worked_at desc, p.lesson_id desc
         limit 1),
        0) as position
) as last;
