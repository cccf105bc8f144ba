-- Figures: what analytics shows, exact at the moment of asking and cheap at any size.
-- docs/analytics.md says how and why.
-- depends: 0042.create-orders 0022.validate-lesson-quizzes

-- Totals up to the last fold. A scope is a course, a lesson, a teacher, or one of the two below.
create table figures (
    scope uuid not null,
    name text not null,
    n bigint not null,
    constraint figures_pkey primary key (scope, name)
) with (fillfactor = 70);

-- The same by a number: an hour, a quarter of an hour, lessons done, seconds.
create table figure_buckets (
    scope uuid not null,
    name text not null,
    key bigint not null,
    n bigint not null,
    constraint figure_buckets_pkey primary key (scope, name, key)
) with (fillfactor = 70);
create index figure_buckets_empty on figure_buckets (scope) where n = 0;

-- The whole site, and its people's activity.
create function site() returns uuid language sql immutable parallel safe as
$$ select '00000000-0000-0000-0000-000000000000'::uuid $$;
create function people() returns uuid language sql immutable parallel safe as
$$ select '00000000-0000-0000-0000-000000000001'::uuid $$;

create function hour_of(at timestamptz) returns bigint language sql immutable parallel safe as
$$ select floor(extract(epoch from at) / 3600)::bigint $$;

-- What changed since: appended by the statements that change the facts, in their transactions,
-- and deleted by the fold. Nobody updates a row here, so nobody waits for anybody.
create table figure_changes (
    id bigint generated always as identity,
    scope uuid not null,
    name text not null,
    key bigint,  -- null: a plain total
    n bigint not null,
    constraint figure_changes_pkey primary key (id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
create index figure_changes_by_scope on figure_changes (scope);

-- An enrolment as it was (-1) and as it became (+1).
create table enrollment_changes (
    id bigint generated always as identity,
    course_id uuid not null,
    student_id uuid not null,
    enrollment_id uuid not null,
    n smallint not null,
    status text not null,
    started bigint not null,      -- quarter of an hour since 1970
    active_hour bigint not null,  -- hour since 1970 of the last sign of life
    seconds bigint,               -- from start to completion
    constraint enrollment_changes_pkey primary key (id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
create index enrollment_changes_by_course on enrollment_changes (course_id, enrollment_id);

-- A lesson was completed (+1), or its completion vanished with its row (-1).
create table lesson_changes (
    id bigint generated always as identity,
    course_id uuid not null,
    enrollment_id uuid not null,
    lesson_id uuid not null,
    n smallint not null,
    constraint lesson_changes_pkey primary key (id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
create index lesson_changes_by_course on lesson_changes (course_id, enrollment_id);
create index lesson_changes_by_lesson on lesson_changes (lesson_id);

-- A course whose lessons changed.
create table outline_changes (
    id bigint generated always as identity,
    course_id uuid not null,
    constraint outline_changes_pkey primary key (id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- The lessons, in order, for which progress was counted; null: count it anew.
create table course_outlines (
    course_id uuid not null,
    lessons uuid[],
    constraint course_outlines_pkey primary key (course_id)
);

-- The hour of a student's last sign of life with a teacher, as the teacher's figures have it.
create table taught_students (
    instructor_id uuid not null,
    student_id uuid not null,
    active_hour bigint not null,
    -- No foreign key to follow: a row vanishes by the fold alone, or the figures would drift.
    constraint taught_students_pkey primary key (instructor_id, student_id)
);

-- The last hour in which somebody read or changed learning.
create table user_activity (
    user_id uuid not null,
    active_hour bigint not null,
    constraint user_activity_pkey primary key (user_id),
    constraint user_activity_user foreign key (user_id) references users on delete cascade
) with (fillfactor = 70);

-- Time spent, by the quarter of an hour in which it was reported.
create table study_time (
    student_id uuid not null,
    quarter bigint not null,
    seconds bigint not null,
    constraint study_time_pkey primary key (student_id, quarter),
    constraint study_time_student foreign key (student_id) references users on delete cascade
);

create function enrollment_as_change(e enrollments, n smallint) returns enrollment_changes
language sql immutable as $$
    select null::bigint, e.course_id, e.student_id, e.id, n, e.status,
           floor(extract(epoch from e.enrolled_at) / 900)::bigint,
           hour_of(greatest(e.enrolled_at, e.last_accessed_at)),
           floor(extract(epoch from e.completed_at - e.enrolled_at))::bigint
$$;

create function note_enrollment() returns trigger language plpgsql as $$
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
create trigger enrollments_noted after insert or delete on enrollments
    for each row execute function note_enrollment();
-- A second sign of life within the hour changes no figure.
create trigger enrollments_noted_again after update on enrollments
    for each row when (
        (old.course_id, old.student_id, old.status, old.enrolled_at, old.completed_at,
         hour_of(greatest(old.enrolled_at, old.last_accessed_at)))
        is distinct from
        (new.course_id, new.student_id, new.status, new.enrolled_at, new.completed_at,
         hour_of(greatest(new.enrolled_at, new.last_accessed_at))))
    execute function note_enrollment();

create function note_lesson() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        insert into lesson_changes (course_id, enrollment_id, lesson_id, n)
        select l.course_id, old.enrollment_id, old.lesson_id, -1
        from lessons l where l.id = old.lesson_id;
    else
        insert into lesson_changes (course_id, enrollment_id, lesson_id, n)
        select l.course_id, new.enrollment_id, new.lesson_id,
               case when new.completed_at is null then -1 else 1 end
        from lessons l where l.id = new.lesson_id;
    end if;
    return null;
end $$;
create trigger lesson_progress_noted after insert on lesson_progress
    for each row when (new.completed_at is not null) execute function note_lesson();
create trigger lesson_progress_noted_again after update on lesson_progress
    for each row when ((old.completed_at is null) <> (new.completed_at is null))
    execute function note_lesson();
create trigger lesson_progress_noted_gone after delete on lesson_progress
    for each row when (old.completed_at is not null) execute function note_lesson();

create function note_study_time() returns trigger language plpgsql as $$
declare
    spent integer := new.time_spent_seconds
                     - case when tg_op = 'UPDATE' then old.time_spent_seconds else 0 end;
begin
    insert into study_time as kept (student_id, quarter, seconds)
    select e.student_id, floor(extract(epoch from now()) / 900)::bigint, spent
    from enrollments e where e.id = new.enrollment_id
    on conflict on constraint study_time_pkey do update
    set seconds = kept.seconds + excluded.seconds;
    return null;
end $$;
create trigger lesson_progress_timed after insert on lesson_progress
    for each row when (new.time_spent_seconds > 0) execute function note_study_time();
create trigger lesson_progress_timed_again after update on lesson_progress
    for each row when (new.time_spent_seconds > old.time_spent_seconds)
    execute function note_study_time();

create function note_outlines() returns trigger language plpgsql as $$
begin
    insert into outline_changes (course_id) select distinct course_id from changed;
    return null;
end $$;
create trigger lessons_noted after insert on lessons referencing new table as changed
    for each statement execute function note_outlines();
create trigger lessons_noted_again after update on lessons referencing new table as changed
    for each statement execute function note_outlines();
create trigger lessons_noted_gone after delete on lessons referencing old table as changed
    for each statement execute function note_outlines();

create function note_course() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        insert into figure_changes (scope, name, n) values (site(), 'courses:' || old.status, -1);
    end if;
    if tg_op <> 'DELETE' then
        insert into figure_changes (scope, name, n) values (site(), 'courses:' || new.status, 1);
    end if;
    return null;
end $$;
create trigger courses_noted after insert or delete on courses
    for each row execute function note_course();
create trigger courses_noted_again after update of status on courses
    for each row when (old.status <> new.status) execute function note_course();

create function note_user() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        insert into figure_changes (scope, name, n) values (site(), 'users:' || old.role, -1);
    end if;
    if tg_op <> 'DELETE' then
        insert into figure_changes (scope, name, n) values (site(), 'users:' || new.role, 1);
    end if;
    return null;
end $$;
create trigger users_noted after insert or delete on users
    for each row execute function note_user();
create trigger users_noted_again after update of role on users
    for each row when (old.role <> new.role) execute function note_user();

create function note_activity() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        insert into figure_changes (scope, name, key, n)
        values (people(), 'active', old.active_hour, -1);
    end if;
    if tg_op <> 'DELETE' then
        insert into figure_changes (scope, name, key, n)
        values (people(), 'active', new.active_hour, 1);
    end if;
    return null;
end $$;
create trigger user_activity_noted after insert or delete on user_activity
    for each row execute function note_activity();
create trigger user_activity_noted_again after update on user_activity
    for each row when (old.active_hour <> new.active_hour) execute function note_activity();

create function note_certificate() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        insert into figure_changes (scope, name, n)
        values (site(), 'certificates:' || old.status, -1);
    end if;
    if tg_op <> 'DELETE' then
        insert into figure_changes (scope, name, n)
        values (site(), 'certificates:' || new.status, 1);
    end if;
    return null;
end $$;
create trigger certificates_noted after insert or delete on certificates
    for each row execute function note_certificate();
create trigger certificates_noted_again after update of status on certificates
    for each row when (old.status <> new.status) execute function note_certificate();

-- Revenue: gross counts an order from its payment on, refunded from its refund on.
create function note_order() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' and old.paid_at is not null then
        insert into figure_changes (scope, name, n)
        values (old.course_id, 'gross:' || old.currency, -old.amount);
    end if;
    if tg_op <> 'INSERT' and old.refunded_at is not null then
        insert into figure_changes (scope, name, n)
        values (old.course_id, 'refunded:' || old.currency, -old.amount);
    end if;
    if tg_op <> 'DELETE' and new.paid_at is not null then
        insert into figure_changes (scope, name, n)
        values (new.course_id, 'gross:' || new.currency, new.amount);
    end if;
    if tg_op <> 'DELETE' and new.refunded_at is not null then
        insert into figure_changes (scope, name, n)
        values (new.course_id, 'refunded:' || new.currency, new.amount);
    end if;
    return null;
end $$;
create trigger orders_noted after insert or delete on orders
    for each row execute function note_order();
create trigger orders_noted_again after update on orders
    for each row when ((old.status, old.amount, old.currency, old.course_id)
                       is distinct from (new.status, new.amount, new.currency, new.course_id))
    execute function note_order();

-- What the changes add to the totals. A course's enrolments and revenue are also the site's.
create view figure_moves as
select scope, name, n from figure_changes where key is null
union all
select site(), name, n from figure_changes where key is null and scope <> site()
union all
select course_id, status, n from enrollment_changes
union all
select site(), status, n from enrollment_changes
union all
select course_id, 'seconds', n * seconds from enrollment_changes where seconds is not null
union all
select lesson_id, 'completed', n from lesson_changes;

-- The same for what is counted by a number. Times to complete are a histogram of whole seconds,
-- in three levels of 512 parts each (2^27 s are four years, and the coarsest level goes on),
-- so that the median is found by looking at a few hundred sums, however many there are.
create view bucket_moves as
select scope, name, key, n from figure_changes where key is not null
union all
select course_id, 'started', started, n from enrollment_changes
union all
select course_id, 'started/4', started / 4, n from enrollment_changes
union all
select course_id, 'started/96', started / 96, n from enrollment_changes
union all
select course_id, 'hours/24', active_hour / 24, n from enrollment_changes where status = 'active'
union all
select course_id, 'hours', active_hour, n from enrollment_changes where status = 'active'
union all
select course_id, 'time/262144', seconds >> 18, n from enrollment_changes where seconds is not null
union all
select course_id, 'time/512', seconds >> 9, n from enrollment_changes where seconds is not null
union all
select course_id, 'time', seconds, n from enrollment_changes where seconds is not null;

-- What a reader sees: the totals and what was not folded into them yet, in one snapshot.
create view exact_figures as
select scope, name, sum(n)::bigint as n
from (select scope, name, n from figures union all select scope, name, n from figure_moves) as parts
group by scope, name;

create view bucket_parts as
select scope, name, key, n from figure_buckets
union all
select scope, name, key, n from bucket_moves;

create view exact_buckets as
select scope, name, key, sum(n)::bigint as n
from bucket_parts
group by scope, name, key;

-- Each lesson and the one before it, and whether they stood so when pairs were last counted.
create view lesson_pairs as
select p.course_id, p.lesson_id, p.position, p.previous_id,
       coalesce(array_position(o.lessons, p.lesson_id)
                = array_position(o.lessons, p.previous_id) + 1, false) as is_counted
from (select course_id, id as lesson_id, position,
             lag(id) over (partition by course_id order by position) as previous_id
      from current_lessons) as p
left join course_outlines o on o.course_id = p.course_id;

-- Courses whose count of lessons done is out of date: a lesson was removed that it includes.
create view stale_outlines as
select o.course_id
from course_outlines o
where o.lessons is null
   or exists (select from unnest(o.lessons) as counted (id)
              where not exists (select from current_lessons l where l.id = counted.id));

-- How many enrolments have how many of the course's present lessons done: by what changed.
-- How it was before follows from how it is and from the changes; no state is kept for it.
create view done_moves as
select t.course_id, x.key, x.n
from (select course_id, enrollment_id from enrollment_changes
      union select course_id, enrollment_id from lesson_changes) as t
left join enrollments e on e.id = t.enrollment_id
cross join lateral (
    select count(*) as done
    from lesson_progress p
    join current_lessons l on l.id = p.lesson_id
    where p.enrollment_id = t.enrollment_id and p.completed_at is not null
) as now
cross join lateral (
    select coalesce(sum(c.n), 0)::bigint as done
    from lesson_changes c
    join current_lessons l on l.id = c.lesson_id
    where c.course_id = t.course_id and c.enrollment_id = t.enrollment_id
) as since
cross join lateral (
    select coalesce(sum(c.n), 0)::integer as active
    from enrollment_changes c
    where c.course_id = t.course_id and c.enrollment_id = t.enrollment_id and c.status = 'active'
) as status
cross join lateral (values
    (now.done, (coalesce(e.status, '') = 'active')::integer),
    (now.done - since.done, status.active - (coalesce(e.status, '') = 'active')::integer)
) as x (key, n)
where x.n <> 0;

-- How many completed both a lesson and the one before it: by what changed.
create view both_moves as
select x.course_id, x.lesson_id,
       (here.now = 1 and there.now = 1)::integer
       - (here.now - here.since = 1 and there.now - there.since = 1)::integer as n
from (select distinct p.course_id, p.lesson_id, p.previous_id, c.enrollment_id
      from lesson_pairs p
      join lesson_changes c
          on c.course_id = p.course_id and c.lesson_id in (p.lesson_id, p.previous_id)
      where p.previous_id is not null) as x
cross join lateral (
    select (select count(p.completed_at) from lesson_progress p
            where p.enrollment_id = x.enrollment_id and p.lesson_id = x.lesson_id) as now,
           (select coalesce(sum(c.n), 0) from lesson_changes c
            where c.course_id = x.course_id and c.enrollment_id = x.enrollment_id
              and c.lesson_id = x.lesson_id) as since
) as here
cross join lateral (
    select (select count(p.completed_at) from lesson_progress p
            where p.enrollment_id = x.enrollment_id and p.lesson_id = x.previous_id) as now,
           (select coalesce(sum(c.n), 0) from lesson_changes c
            where c.course_id = x.course_id and c.enrollment_id = x.enrollment_id
              and c.lesson_id = x.previous_id) as since
) as there;

-- A teacher's students by the hour of their last sign of life in any of her courses.
create view taught_moves as
select t.instructor_id, t.student_id, before.active_hour as before_hour, after.active_hour
from (select distinct c.instructor_id, n.student_id
      from enrollment_changes n join courses c on c.id = n.course_id) as t
left join taught_students before
    on before.instructor_id = t.instructor_id and before.student_id = t.student_id
cross join lateral (
    select max(hour_of(greatest(e.enrolled_at, e.last_accessed_at))) as active_hour
    from enrollments e
    join courses c on c.id = e.course_id
    where e.student_id = t.student_id and c.instructor_id = t.instructor_id
) as after
where before.active_hour is distinct from after.active_hour;

-- Closed attempts at quizzes.
create view closed_attempts as
select a.student_id, q.course_id, a.quiz_id, a.finished_at, a.score_percent, a.passed
from attempts a
join quizzes q on q.id = a.quiz_id
where a.status <> 'in_progress';

-- The best that a student reached in a quiz, in hundredths of a percent; null without a mark.
-- Its row is the lock under which two marks of one student take turns.
create table best_scores (
    quiz_id uuid not null,
    student_id uuid not null,
    best bigint,
    passed boolean not null default false,
    constraint best_scores_pkey primary key (quiz_id, student_id),
    constraint best_scores_quiz foreign key (quiz_id) references quizzes on delete cascade,
    constraint best_scores_student foreign key (student_id) references users on delete cascade
) with (fillfactor = 80);
create index best_scores_by_student on best_scores (student_id);

create function note_attempt() returns trigger language plpgsql as $$
declare
    attempt attempts := case when tg_op = 'DELETE' then old else new end;
    course uuid := (select course_id from quizzes where id = attempt.quiz_id);
    closed integer := (tg_op <> 'DELETE' and new.status <> 'in_progress')::integer
                      - (tg_op <> 'INSERT' and old.status <> 'in_progress')::integer;
    was best_scores;
    now_best bigint;
    now_passed boolean;
begin
    insert into best_scores (quiz_id, student_id) values (attempt.quiz_id, attempt.student_id)
    on conflict on constraint best_scores_pkey do nothing;
    select * into was from best_scores
    where quiz_id = attempt.quiz_id and student_id = attempt.student_id
    for update;
    select max(score_percent * 100)::bigint, coalesce(bool_or(passed), false)
    into now_best, now_passed
    from attempts
    where quiz_id = attempt.quiz_id and student_id = attempt.student_id and status = 'graded';
    if (was.best, was.passed) is distinct from (now_best, now_passed) then
        update best_scores set best = now_best, passed = now_passed
        where quiz_id = attempt.quiz_id and student_id = attempt.student_id;
    end if;
    insert into figure_changes (scope, name, n)
    select course, x.name, x.n
    from (values
        ('attempts', closed::bigint),
        ('bests', (now_best is not null)::integer - (was.best is not null)::integer),
        ('best_points', coalesce(now_best, 0) - coalesce(was.best, 0)),
        ('passes', now_passed::integer - was.passed::integer)
    ) as x (name, n)
    where x.n <> 0;
    return null;
end $$;
create trigger attempts_noted after insert on attempts
    for each row when (new.status <> 'in_progress') execute function note_attempt();
create trigger attempts_noted_again after update on attempts
    for each row when ((old.status, old.score_percent, old.passed)
                       is distinct from (new.status, new.score_percent, new.passed))
    execute function note_attempt();
create trigger attempts_noted_gone after delete on attempts
    for each row when (old.status <> 'in_progress') execute function note_attempt();

-- Where files are counted anew, once there are files.
create function note_files() returns void language sql as $$ $$;

-- Forget the totals and note everything anew, as if it had happened just now: after a bulk load
-- past the triggers, or to repair. The next fold counts it. Call it in REPEATABLE READ, under
-- the fold's lock.
create function note_everything() returns void language plpgsql as $$
begin
    delete from figures;
    delete from figure_buckets;
    delete from taught_students;
    delete from course_outlines;
    delete from figure_changes;
    delete from enrollment_changes;
    delete from lesson_changes;
    delete from outline_changes;
    insert into enrollment_changes
        (course_id, student_id, enrollment_id, n, status, started, active_hour, seconds)
    select e.course_id, e.student_id, e.id, 1, e.status,
           floor(extract(epoch from e.enrolled_at) / 900)::bigint,
           hour_of(greatest(e.enrolled_at, e.last_accessed_at)),
           floor(extract(epoch from e.completed_at - e.enrolled_at))::bigint
    from enrollments e;
    insert into lesson_changes (course_id, enrollment_id, lesson_id, n)
    select l.course_id, p.enrollment_id, p.lesson_id, 1
    from lesson_progress p join lessons l on l.id = p.lesson_id
    where p.completed_at is not null;
    insert into course_outlines (course_id) select id from courses;
    insert into outline_changes (course_id) select id from courses;
    insert into figure_changes (scope, name, n)
    select site(), 'courses:' || status, count(*) from courses group by status
    union all select site(), 'users:' || role, count(*) from users group by role
    union all select site(), 'certificates:' || status, count(*) from certificates group by status
    union all select course_id, 'gross:' || currency, sum(amount)
              from orders where paid_at is not null group by course_id, currency
    union all select course_id, 'refunded:' || currency, sum(amount)
              from orders where refunded_at is not null group by course_id, currency;
    insert into figure_changes (scope, name, key, n)
    select people(), 'active', active_hour, count(*) from user_activity group by active_hour;
    -- Those that there are, triggers keep right under a lock that is not ours to wait for.
    insert into best_scores (quiz_id, student_id, best, passed)
    select quiz_id, student_id, max(score_percent * 100)::bigint, coalesce(bool_or(passed), false)
    from attempts a
    where status <> 'in_progress'
      and not exists (select from best_scores b
                      where b.quiz_id = a.quiz_id and b.student_id = a.student_id)
    group by quiz_id, student_id;
    insert into figure_changes (scope, name, n)
    select course_id, 'attempts', count(*) from closed_attempts group by course_id;
    insert into figure_changes (scope, name, n)
    select q.course_id, x.name, sum(x.n)
    from best_scores b
    join quizzes q on q.id = b.quiz_id
    cross join lateral (values
        ('bests', (b.best is not null)::integer::bigint),
        ('best_points', coalesce(b.best, 0)),
        ('passes', b.passed::integer)
    ) as x (name, n)
    group by q.course_id, x.name;
    perform note_files();
end $$;
select note_everything();
