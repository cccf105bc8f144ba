-- What analytics counts gets a schema of its own, `figures`: totals, the changes that are not
-- folded into them yet, and the functions that note changes. Everything in it can be made anew
-- from the tables of `public`, by figures.note_everything().
--
-- Programs of the release before go on with the old names, so those stay in `public` until a
-- later release drops them. Most are views. Four are partitioned tables whose only partition is
-- the table that moved, because the old programs write them with `on conflict on constraint`,
-- and a view has no constraint.
-- depends: 0044.count-files 0057.plan-once 0060.index-signs-of-life 0061.bound-done-moves
-- depends: 0062.title-lesson-pairs
-- squawk-ignore-file ban-set-schema

create schema figures;

alter table figures set schema figures;
alter table figure_buckets set schema figures;
alter table figure_changes set schema figures;
alter table enrollment_changes set schema figures;
alter table lesson_changes set schema figures;
alter table outline_changes set schema figures;
alter table course_outlines set schema figures;
alter table taught_students set schema figures;
alter table best_scores set schema figures;

alter view figure_moves set schema figures;
alter view bucket_moves set schema figures;
alter view exact_figures set schema figures;
alter view bucket_parts set schema figures;
alter view exact_buckets set schema figures;
alter view lesson_pairs set schema figures;
alter view stale_outlines set schema figures;
alter view done_moves set schema figures;
alter view both_moves set schema figures;
alter view taught_moves set schema figures;

alter function site() set schema figures;
alter function people() set schema figures;
alter function hour_of(timestamptz) set schema figures;

-- The bodies of these name tables of both schemas.
alter function note_enrollment() set schema figures;
alter function figures.note_enrollment() set search_path = figures, public;
alter function note_lesson() set schema figures;
alter function figures.note_lesson() set search_path = figures, public;
alter function note_outlines() set schema figures;
alter function figures.note_outlines() set search_path = figures, public;
alter function note_course() set schema figures;
alter function figures.note_course() set search_path = figures, public;
alter function note_user() set schema figures;
alter function figures.note_user() set search_path = figures, public;
alter function note_activity() set schema figures;
alter function figures.note_activity() set search_path = figures, public;
alter function note_certificate() set schema figures;
alter function figures.note_certificate() set search_path = figures, public;
alter function note_order() set schema figures;
alter function figures.note_order() set search_path = figures, public;
alter function note_attempt() set schema figures;
alter function figures.note_attempt() set search_path = figures, public;
alter function note_file() set schema figures;
alter function figures.note_file() set search_path = figures, public;
alter function note_files() set schema figures;
alter function figures.note_files() set search_path = figures, public;
alter function note_everything() set schema figures;
alter function figures.note_everything() set search_path = figures, public;

-- Nothing has called it since 0057.
-- squawk-ignore ban-drop-function
drop function enrollment_as_change(enrollments, smallint);

-- From here on: the old names.

create table public.figures (
    scope uuid not null,
    name text not null,
    n bigint not null,
    constraint figures_pkey primary key (scope, name)
) partition by list (scope);
alter table public.figures attach partition figures.figures default;

create table public.figure_buckets (
    scope uuid not null,
    name text not null,
    key bigint not null,
    n bigint not null,
    constraint figure_buckets_pkey primary key (scope, name, key)
) partition by list (scope);
alter table public.figure_buckets attach partition figures.figure_buckets default;

create table public.course_outlines (
    course_id uuid not null,
    lessons uuid[],
    constraint course_outlines_pkey primary key (course_id)
) partition by list (course_id);
alter table public.course_outlines attach partition figures.course_outlines default;

create table public.taught_students (
    instructor_id uuid not null,
    student_id uuid not null,
    active_hour bigint not null,
    constraint taught_students_pkey primary key (instructor_id, student_id)
) partition by list (instructor_id);
alter table public.taught_students attach partition figures.taught_students default;

create view public.figure_changes as
select id, scope, name, key, n from figures.figure_changes;
create view public.enrollment_changes as
select id, course_id, student_id, enrollment_id, n, status, started, active_hour, seconds
from figures.enrollment_changes;
create view public.lesson_changes as
select id, course_id, enrollment_id, lesson_id, n from figures.lesson_changes;
create view public.outline_changes as
select id, course_id from figures.outline_changes;

create view public.figure_moves as select scope, name, n from figures.figure_moves;
create view public.bucket_moves as select scope, name, key, n from figures.bucket_moves;
create view public.exact_figures as select scope, name, n from figures.exact_figures;
create view public.bucket_parts as select scope, name, key, n from figures.bucket_parts;
create view public.exact_buckets as select scope, name, key, n from figures.exact_buckets;
create view public.lesson_pairs as
select course_id, lesson_id, position, previous_id, is_counted, title from figures.lesson_pairs;
create view public.stale_outlines as select course_id from figures.stale_outlines;
create view public.done_moves as select course_id, key, n from figures.done_moves;
create view public.both_moves as select course_id, lesson_id, n from figures.both_moves;
create view public.taught_moves as
select instructor_id, student_id, before_hour, active_hour from figures.taught_moves;

create function public.site() returns uuid language sql immutable parallel safe as
$$ select figures.site() $$;
create function public.people() returns uuid language sql immutable parallel safe as
$$ select figures.people() $$;
create function public.hour_of(at timestamptz) returns bigint
language sql immutable parallel safe as $$ select figures.hour_of(at) $$;
create function public.note_everything() returns void language sql as
$$ select figures.note_everything() $$;
