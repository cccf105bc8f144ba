drop table progress_events;
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
drop function resume_lesson(enrollments);
drop view lesson_states, finished_enrollments, enrollment_totals;
drop trigger users_renamed_in_rosters on users;
drop trigger enrollments_named on enrollments;
drop trigger lesson_progress_changed on lesson_progress;
drop trigger lesson_progress_made on lesson_progress;
drop function rename_student(), name_student(), count_changed_progress(), count_new_progress();
alter table enrollments
    drop column done_lessons, drop column spent_seconds, drop column last_lesson_id,
    drop column student_name;
alter table lesson_progress
    drop column worked_at, drop column studied, drop column watched, drop column counted;
drop function show_ranges(int4multirange), seconds_in(int8multirange);
