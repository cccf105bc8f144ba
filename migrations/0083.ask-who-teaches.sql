-- Who teaches, asked in one place of SQL; and a course that changes hands.
-- depends: 0058.own-events 0064.share-figures 0081.end-access

-- lms/permissions.py says the same of a caller (`teaches`, `may_edit_course`).
create function is_teacher(u users) returns boolean
language sql stable parallel safe as $$ select u.is_active and u.role in ('instructor', 'admin') $$;

-- Whether somebody may be told of what belongs to a course of this instructor, or to no course
-- (null), now.
create function may_hear_of(u users, instructor_id uuid) returns boolean
language sql stable parallel safe as $$
    select u.is_active
        and (u.role = 'admin' or (u.role = 'instructor' and u.id is not distinct from $2))
$$;

-- A farewell is for the teacher whom a course left: of a course.updated that the admins and the
-- new teacher have as an event of their own, since an event belongs to one teacher.
alter table events add column is_farewell boolean not null default false;

create or replace function own_event() returns trigger language plpgsql as $$
begin
    if not new.is_farewell then
        select instructor_id into new.instructor_id from courses where id = new.course_id;
    end if;
    return new;
end $$;

-- The students of a course that changed hands: the figures of both teachers count them anew.
create table figures.taught_changes (
    id bigint generated always as identity,
    instructor_id uuid not null,
    student_id uuid not null,
    constraint taught_changes_pkey primary key (id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
create index taught_changes_by_instructor on figures.taught_changes (instructor_id, student_id);

create or replace view figures.taught_moves as
select t.instructor_id, t.student_id, before.active_hour as before_hour, after.active_hour
from (select c.instructor_id, n.student_id
      from figures.enrollment_changes n join public.courses c on c.id = n.course_id
      union
      select n.instructor_id, n.student_id
      from figures.taught_changes n) as t
left join figures.taught_students before
    on before.instructor_id = t.instructor_id and before.student_id = t.student_id
cross join lateral (
    select max(figures.hour_of(greatest(e.enrolled_at, e.last_accessed_at))) as active_hour
    from public.enrollments e
    join public.courses c on c.id = e.course_id
    where e.student_id = t.student_id and c.instructor_id = t.instructor_id
) as after
where before.active_hour is distinct from after.active_hour;

-- A course that changes hands takes its events along. No event may be written meanwhile: its
-- writer could not see the new hands yet, and we not the event.
create or replace function hand_over_events() returns trigger language plpgsql as $$
begin
    lock table events in share row exclusive mode;
    update events set instructor_id = new.instructor_id
    where course_id = new.id and not is_farewell;
    insert into figures.taught_changes (instructor_id, student_id)
    select hands.id, e.student_id
    from enrollments e
    cross join (values (old.instructor_id), (new.instructor_id)) as hands (id)
    where e.course_id = new.id;
    return null;
end $$;

create or replace function fan_out_event() returns trigger language plpgsql
set plan_cache_mode = force_generic_plan as $$
begin
    with told as (
        insert into webhook_deliveries (webhook_id, event_id, event_type)
        select webhooks.id, new.id, new.type
        from webhooks
        join users on users.id = webhooks.owner_id
        where webhooks.is_active
            and new.type = any(webhooks.types)
            and may_hear_of(users, new.instructor_id)
            and (not new.is_farewell or users.id = new.instructor_id)
        -- One that is deleted at this moment is left out, instead of failing its foreign key.
        for key share of webhooks
        returning webhook_id
    )
    insert into jobs (queue, kind, args)
    select 'webhooks', 'deliver_to_webhook', jsonb_build_object('webhook_id', told.webhook_id)
    from told;
    return null;
end $$;
