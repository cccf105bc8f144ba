-- Merges a student's offline work into their progress; returns a row for each event, in order.
-- Every part of the merge is a union, a least or a greatest, so that the order of events and
-- batches does not matter, and an id that was counted before changes nothing.
-- wakes: webhooks
with event as (
    select sent.n, sent.id, sent.lesson_id, sent.is_completed, sent.last_position_seconds,
           sent.time_spent_seconds, e.id as enrollment_id,
           least(greatest(sent.occurred_at, e.enrolled_at), statement_timestamp()) as occurred_at,
           floor(extract(epoch from e.enrolled_at))::bigint as first_second,
           floor(extract(epoch from statement_timestamp()))::bigint as now_second,
           case when l.id is null then 'lesson_not_found'
                when sent.is_completed and l.content_type = 'quiz' and p.completed_at is null
                 and not exists (select from attempts a
                                 where a.quiz_id = l.quiz_id and a.student_id = e.student_id
                                   and a.passed)
                then 'quiz_not_passed'
           end as code
    from unnest(:ids::uuid[], :lesson_ids::uuid[], :are_completed::boolean[],
                :times::timestamptz[], :seconds::integer[], :positions::integer[])
        with ordinality
        as sent (id, lesson_id, is_completed, occurred_at, time_spent_seconds,
                 last_position_seconds, n)
    join enrollments e on e.id = :enrollment_id
    left join current_lessons l on l.id = sent.lesson_id and l.course_id = e.course_id
    left join lesson_progress p on p.enrollment_id = e.id and p.lesson_id = l.id
),
fresh as (
    insert into progress_events (enrollment_id, id)
    select enrollment_id, id from event where code is null
    on conflict on constraint progress_events_count_once do nothing
    returning id
),
seen as (
    select part.event_id, range_agg(int4range(part.from_second, part.to_second)) as watched
    from unnest(:watched_ids::uuid[], :watched_from::integer[], :watched_to::integer[])
        as part (event_id, from_second, to_second)
    group by part.event_id
),
-- The time of an event ends when it occurred. If the client's clock is slow, it is moved up to the
-- start of the enrolment; if it is fast, back to now.
timed as (
    select event.*, seen.watched,
           greatest(floor(extract(epoch from event.occurred_at))::bigint,
                    least(event.first_second + event.time_spent_seconds, event.now_second))
               as last_second
    from event
    join fresh on fresh.id = event.id
    left join seen on seen.event_id = event.id
),
merged as (
    select enrollment_id, lesson_id, max(occurred_at) as worked_at,
           min(occurred_at) filter (where is_completed) as completed_at,
           max(last_position_seconds) as last_position_seconds,
           coalesce(range_agg(int8range(
               least(last_second, greatest(first_second, last_second - time_spent_seconds)),
               last_second)), '{}') as studied,
           coalesce(range_agg(watched), '{}') as watched
    from timed
    group by enrollment_id, lesson_id
),
written as (
    insert into lesson_progress as kept
        (enrollment_id, lesson_id, completed_at, worked_at, last_position_seconds, watched,
         studied, time_spent_seconds)
    select m.enrollment_id, m.lesson_id, m.completed_at, m.worked_at, m.last_position_seconds,
           close_gaps(coalesce(p.watched, '{}') + m.watched, :most_parts),
           close_gaps(coalesce(p.studied, '{}') + m.studied, :most_parts),
           seconds_in(coalesce(p.studied, '{}') + m.studied) - seconds_in(coalesce(p.studied, '{}'))
    from merged m
    left join lesson_progress p on p.enrollment_id = m.enrollment_id and p.lesson_id = m.lesson_id
    on conflict on constraint lesson_progress_pkey do update
    set completed_at = least(kept.completed_at, excluded.completed_at),
        worked_at = greatest(kept.worked_at, excluded.worked_at),
        last_position_seconds = greatest(kept.last_position_seconds, excluded.last_position_seconds),
        watched = excluded.watched, studied = excluded.studied,
        time_spent_seconds = kept.time_spent_seconds + excluded.time_spent_seconds,
        updated_at = statement_timestamp()
)
select event.id,
       case when event.code is not null then 'refused'
            when fresh.id is not null then 'counted'
            else 'duplicate'
       end as status,
       event.code
from event
left join fresh on fresh.id = event.id
order by event.n;
