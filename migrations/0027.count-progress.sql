-- Progress is counted as it is made, so that no read walks a course's lessons.
-- depends: 0005.create-enrollments 0006.create-certificates 0021.create-attempts

-- Whole seconds in a set of Unix seconds: overlapping reports count once.
create function seconds_in(times int8multirange) returns bigint
language sql immutable parallel safe as $$
    select coalesce(sum(upper(part) - lower(part)), 0)::bigint from unnest(times) as part
$$;

-- A set of seconds as players speak of it: [[from, to], ...], ascending.
create function show_ranges(parts int4multirange) returns json
language sql immutable parallel safe as $$
    select coalesce(json_agg(json_build_array(lower(part), upper(part)) order by part), '[]')
    from unnest(parts) as part
$$;

alter table lesson_progress
    add column worked_at timestamptz,  -- the last sign of work in it, by our clock
    add column studied int8multirange not null default '{}',  -- the Unix seconds that were counted
    add column watched int4multirange not null default '{}',  -- seconds of the film, [from, to)
    add column counted boolean not null default true;  -- in the enrolment's counters

alter table enrollments
    add column done_lessons integer not null default 0,
    add column spent_seconds bigint not null default 0,
    add column last_lesson_id uuid,  -- where she worked last
    add column student_name text not null default '';  -- in lower case: what rosters are sorted by

update lesson_progress set worked_at = updated_at
where completed_at is not null or time_spent_seconds > 0 or last_position_seconds is not null;

update enrollments e
set done_lessons = work.done, spent_seconds = work.seconds, last_lesson_id = work.last_lesson_id
from (
    select enrollment_id, count(completed_at) as done, sum(time_spent_seconds) as seconds,
           (array_agg(lesson_id order by worked_at desc, lesson_id desc)
                filter (where worked_at is not null))[1] as last_lesson_id
    from lesson_progress group by enrollment_id
) as work
where work.enrollment_id = e.id;

update enrollments e set student_name = lower(u.full_name) from users u where u.id = e.student_id;

-- The counters follow from the rows of lesson_progress, whoever writes them: a statement's
-- changes are summed up once, and the last work is the latest by time.
create function count_new_progress() returns trigger language plpgsql as $$
begin
    update enrollments e
    set done_lessons = e.done_lessons + change.done,
        spent_seconds = e.spent_seconds + change.seconds,
        last_accessed_at = greatest(e.last_accessed_at, change.worked_at),
        last_lesson_id = case
            when e.last_accessed_at is null
              or (change.worked_at, change.lesson_id)
                 > (e.last_accessed_at, coalesce(e.last_lesson_id, change.lesson_id))
            then change.lesson_id else e.last_lesson_id end
    from (
        select enrollment_id, count(completed_at) as done, sum(time_spent_seconds) as seconds,
               max(worked_at) as worked_at,
               (array_agg(lesson_id order by worked_at desc nulls last, lesson_id desc))[1]
                   as lesson_id
        from new_rows
        where completed_at is not null or time_spent_seconds > 0 or worked_at is not null
        group by enrollment_id
    ) as change
    where e.id = change.enrollment_id;
    return null;
end $$;

create function count_changed_progress() returns trigger language plpgsql as $$
begin
    update enrollments e
    set done_lessons = e.done_lessons + change.done,
        spent_seconds = e.spent_seconds + change.seconds,
        last_accessed_at = greatest(e.last_accessed_at, change.worked_at),
        last_lesson_id = case
            when change.worked_at is not null
             and (e.last_accessed_at is null
                  or (change.worked_at, change.lesson_id)
                     > (e.last_accessed_at, coalesce(e.last_lesson_id, change.lesson_id)))
            then change.lesson_id else e.last_lesson_id end
    from (
        select n.enrollment_id,
               sum(case when n.counted and n.completed_at is not null then 1 else 0 end
                   - case when o.counted and o.completed_at is not null then 1 else 0 end) as done,
               sum(case when n.counted then n.time_spent_seconds else 0 end
                   - case when o.counted then o.time_spent_seconds else 0 end) as seconds,
               max(n.worked_at) as worked_at,
               (array_agg(n.lesson_id order by n.worked_at desc nulls last, n.lesson_id desc))[1]
                   as lesson_id
        from new_rows n
        join old_rows o on o.enrollment_id = n.enrollment_id and o.lesson_id = n.lesson_id
        where (n.completed_at is null, n.time_spent_seconds, n.worked_at, n.counted)
              is distinct from (o.completed_at is null, o.time_spent_seconds, o.worked_at, o.counted)
        group by n.enrollment_id
    ) as change
    where e.id = change.enrollment_id;
    return null;
end $$;

create trigger lesson_progress_made after insert on lesson_progress
    referencing new table as new_rows
    for each statement execute function count_new_progress();
create trigger lesson_progress_changed after update on lesson_progress
    referencing old table as old_rows new table as new_rows
    for each statement execute function count_changed_progress();

create function name_student() returns trigger language plpgsql as $$
begin
    new.student_name := coalesce(
        (select lower(full_name) from users where id = new.student_id), '');
    return new;
end $$;
create trigger enrollments_named before insert on enrollments
    for each row execute function name_student();

create function rename_student() returns trigger language plpgsql as $$
begin
    update enrollments set student_name = lower(new.full_name) where student_id = new.id;
    return null;
end $$;
create trigger users_renamed_in_rosters after update of full_name on users
    for each row when (old.full_name <> new.full_name)
    execute function rename_student();

-- What each enrolment comes to, over the lessons that the course has now. Positions are dense,
-- so the last one is the number of lessons; and the counters may still hold lessons that were
-- removed a moment ago, which the progress queue takes out of them (sql/enrollments/
-- uncount_removed_lessons.sql): until then they are taken out here.
create view enrollment_totals as
select e.id, coalesce(course.total, 0) as total,
       e.done_lessons - removed.done as done,
       e.spent_seconds - removed.seconds as seconds
from enrollments e
cross join lateral (
    select max(position) as total from lessons where course_id = e.course_id
) as course
cross join lateral (
    select count(p.completed_at)::integer as done,
           coalesce(sum(p.time_spent_seconds), 0)::bigint as seconds
    from lessons l
    join lesson_progress p on p.enrollment_id = e.id and p.lesson_id = l.id
    where l.course_id = e.course_id and l.removed_at is not null and p.counted
) as removed;

-- Active enrolments with nothing left to do: the one place that says what completes a course.
create view finished_enrollments as
select e.id, e.course_id
from enrollments e
join enrollment_totals t on t.id = e.id
where e.status = 'active' and t.total > 0 and t.done = t.total
  and not exists (
      select from quizzes q
      where q.course_id = e.course_id and q.is_required and q.status = 'published'
        and not exists (
            select from attempts a
            where a.quiz_id = q.id and a.student_id = e.student_id and a.passed));

-- Every lesson that the course has now, as each enrolled student stands in it.
create view lesson_states as
select e.id as enrollment_id, l.id as lesson_id, l.position,
       case when p.completed_at is not null then 'completed'
            when p.worked_at is not null then 'in_progress'
            else 'not_started'
       end as status,
       p.completed_at, coalesce(p.time_spent_seconds, 0) as time_spent_seconds,
       p.last_position_seconds,
       case when p.watched is null or isempty(p.watched) then json '[]'
            else show_ranges(p.watched)
       end as watched
from enrollments e
join current_lessons l on l.course_id = e.course_id
left join lesson_progress p on p.enrollment_id = e.id and p.lesson_id = l.id;

-- Where to go on: the lesson worked on last if it is unfinished, or else the next unfinished
-- one after it, or else the first unfinished. One that was removed counts as never worked on.
create function resume_lesson(enrollment enrollments) returns uuid
language sql stable parallel safe as $$
    with last as (
        select coalesce(
            (select position from lessons where id = (enrollment).last_lesson_id),
            (select l.position
             from lesson_progress p join lessons l on l.id = p.lesson_id
             where p.enrollment_id = (enrollment).id and p.worked_at is not null
               and l.position is not null
               -- Asked only after a removal: this walks the student's lessons.
               and (enrollment).last_lesson_id is not null
             order by p.worked_at desc, p.lesson_id desc
             limit 1),
            0) as position
    )
    select coalesce(
        (select l.id from last, lessons l
         where l.course_id = (enrollment).course_id and l.position >= last.position
           and not exists (select from lesson_progress p
                           where p.enrollment_id = (enrollment).id and p.lesson_id = l.id
                             and p.completed_at is not null)
         order by l.position limit 1),
        (select l.id from last, lessons l
         where l.course_id = (enrollment).course_id and l.position < last.position
           and not exists (select from lesson_progress p
                           where p.enrollment_id = (enrollment).id and p.lesson_id = l.id
                             and p.completed_at is not null)
         order by l.position limit 1))
$$;

create or replace view enrollment_details as
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
       work.seconds::integer as time_spent_seconds,
       case when work.done < work.total then resume_lesson(e) end as resume_lesson_id,
       e.enrolled_at, e.completed_at, e.last_accessed_at, e.updated_at,
       e.course_id, c.instructor_id
from enrollments e
join courses c on c.id = e.course_id
join enrollment_totals work on work.id = e.id;

-- What was reported offline: an event's id counts once ever in an enrolment.
create table progress_events (
    enrollment_id uuid not null,
    id uuid not null,
    created_at timestamptz not null default now(),
    constraint progress_events_count_once primary key (enrollment_id, id),
    constraint progress_events_enrollment
        foreign key (enrollment_id) references enrollments on delete cascade
);
