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
       case when work.done < work.total then resume_lesson(e) end as resume_lesson_id,
       e.enrolled_at, e.completed_at, e.last_accessed_at, e.updated_at,
       e.course_id, c.instructor_id
from enrollments e
join courses c on c.id = e.course_id
join enrollment_totals work on work.id = e.id;

alter function fan_out_event() reset plan_cache_mode;

create or replace function note_enrollment() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        insert into enrollment_changes
            (course_id, student_id, enrollment_id, n, status, started, active_hour, seconds)
        select c.course_id, c.student_id, c.enrollment_id, c.n, c.status, c.started,
               c.active_hour, c.seconds
        from enrollment_as_change(old, -1::smallint) c;
    end if;
    if tg_op <> 'DELETE' then
        insert into enrollment_changes
            (course_id, student_id, enrollment_id, n, status, started, active_hour, seconds)
        select c.course_id, c.student_id, c.enrollment_id, c.n, c.status, c.started,
               c.active_hour, c.seconds
        from enrollment_as_change(new, 1::smallint) c;
    end if;
    return null;
end $$;

create or replace function hour_of(at timestamptz) returns bigint language sql immutable parallel safe as
$$ select floor(extract(epoch from at) / 3600)::bigint $$;

create or replace function rfc3339(moment timestamptz) returns text
language sql immutable parallel safe as $$
    select to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

create or replace function uuid_v7() returns uuid language sql volatile parallel safe as $$
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
