-- Time, position and watched parts of a lesson, as its student reports them; no row for another
-- course's lesson. Time is counted back from now, but never into time that was counted already, so
-- that no report adds more than the time since the last one.
with asked as (
    select e.id as enrollment_id, l.id as lesson_id, clock.now_seconds,
           least(clock.now_seconds,
                 greatest(coalesce(upper(p.studied), 0),
                          floor(extract(epoch from e.enrolled_at))::bigint)) as free_from,
           coalesce(p.studied, '{}') as studied, coalesce(p.watched, '{}') as watched
    from enrollments e
    join current_lessons l on l.course_id = e.course_id and l.id = :lesson_id
    left join lesson_progress p on p.enrollment_id = e.id and p.lesson_id = l.id
    cross join (select floor(extract(epoch from statement_timestamp()))::bigint as now_seconds)
        as clock
    where e.id = :enrollment_id
),
reported as (
    select asked.*,
           int8multirange(int8range(greatest(free_from, now_seconds - :time_spent_seconds::integer),
                                    now_seconds)) as claimed,
           (select coalesce(range_agg(int4range(part.from_second, part.to_second)), '{}')
            from unnest(:watched_from::integer[], :watched_to::integer[])
                as part (from_second, to_second)) as seen
    from asked
)
insert into lesson_progress as kept
    (enrollment_id, lesson_id, worked_at, last_position_seconds, watched, studied,
     time_spent_seconds)
select enrollment_id, lesson_id, statement_timestamp(), :last_position_seconds::integer,
       close_gaps(watched + seen, :most_parts), close_gaps(studied + claimed, :most_parts),
       seconds_in(studied + claimed) - seconds_in(studied)
from reported
on conflict on constraint lesson_progress_pkey do update
set worked_at = excluded.worked_at, updated_at = excluded.worked_at,
    last_position_seconds = coalesce(excluded.last_position_seconds, kept.last_position_seconds),
    watched = excluded.watched, studied = excluded.studied,
    time_spent_seconds = kept.time_spent_seconds + excluded.time_spent_seconds
returning lesson_id;
