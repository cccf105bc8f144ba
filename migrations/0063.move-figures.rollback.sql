drop function public.note_everything(), public.hour_of(timestamptz), public.people(),
    public.site();
drop view public.taught_moves, public.both_moves, public.done_moves, public.stale_outlines,
    public.lesson_pairs, public.exact_buckets, public.bucket_parts, public.exact_figures,
    public.bucket_moves, public.figure_moves, public.outline_changes, public.lesson_changes,
    public.enrollment_changes, public.figure_changes;
alter table public.taught_students detach partition figures.taught_students;
drop table public.taught_students;
alter table public.course_outlines detach partition figures.course_outlines;
drop table public.course_outlines;
alter table public.figure_buckets detach partition figures.figure_buckets;
drop table public.figure_buckets;
alter table public.figures detach partition figures.figures;
drop table public.figures;

alter function figures.note_everything() reset search_path;
alter function figures.note_everything() set schema public;
alter function figures.note_files() reset search_path;
alter function figures.note_files() set schema public;
alter function figures.note_file() reset search_path;
alter function figures.note_file() set schema public;
alter function figures.note_attempt() reset search_path;
alter function figures.note_attempt() set schema public;
alter function figures.note_order() reset search_path;
alter function figures.note_order() set schema public;
alter function figures.note_certificate() reset search_path;
alter function figures.note_certificate() set schema public;
alter function figures.note_activity() reset search_path;
alter function figures.note_activity() set schema public;
alter function figures.note_user() reset search_path;
alter function figures.note_user() set schema public;
alter function figures.note_course() reset search_path;
alter function figures.note_course() set schema public;
alter function figures.note_outlines() reset search_path;
alter function figures.note_outlines() set schema public;
alter function figures.note_lesson() reset search_path;
alter function figures.note_lesson() set schema public;
alter function figures.note_enrollment() reset search_path;
alter function figures.note_enrollment() set schema public;

alter function figures.hour_of(timestamptz) set schema public;
alter function figures.people() set schema public;
alter function figures.site() set schema public;

alter view figures.taught_moves set schema public;
alter view figures.both_moves set schema public;
alter view figures.done_moves set schema public;
alter view figures.stale_outlines set schema public;
alter view figures.lesson_pairs set schema public;
alter view figures.exact_buckets set schema public;
alter view figures.bucket_parts set schema public;
alter view figures.exact_figures set schema public;
alter view figures.bucket_moves set schema public;
alter view figures.figure_moves set schema public;

alter table figures.best_scores set schema public;
alter table figures.taught_students set schema public;
alter table figures.course_outlines set schema public;
alter table figures.outline_changes set schema public;
alter table figures.lesson_changes set schema public;
alter table figures.enrollment_changes set schema public;
alter table figures.figure_changes set schema public;
alter table figures.figure_buckets set schema public;
alter table figures.figures set schema public;

create function enrollment_as_change(e enrollments, n smallint) returns enrollment_changes
language sql immutable as $$
    select null::bigint, e.course_id, e.student_id, e.id, n, e.status,
           floor(extract(epoch from e.enrolled_at) / 900)::bigint,
           hour_of(greatest(e.enrolled_at, e.last_accessed_at)),
           floor(extract(epoch from e.completed_at - e.enrolled_at))::bigint
$$;

drop schema figures;
