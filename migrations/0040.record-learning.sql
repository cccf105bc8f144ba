-- The events of learning, written by the rows themselves: lessons are completed one by one, in
-- offline batches, by passed quizzes and by removals, people enrol alone and by the thousand,
-- and no way may forget to tell. The payloads are those of lms/events/payloads.py.
-- depends: 0024.create-events 0027.count-progress

-- A time as the API writes it (RFC 3339, UTC).
create function rfc3339(moment timestamptz) returns text
language sql immutable parallel safe as $$
    select to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

create function record_enrollment_event() returns trigger language plpgsql as $$
begin
    insert into events (type, course_id, data)
    values (
        case new.status
            when 'completed' then 'enrollment.completed'
            when 'dropped' then 'enrollment.dropped'
            else 'enrollment.created'
        end,
        new.course_id,
        jsonb_build_object(
            'enrollment_id', new.id, 'course_id', new.course_id, 'student_id', new.student_id,
            'status', new.status, 'enrolled_at', rfc3339(new.enrolled_at),
            'completed_at', rfc3339(new.completed_at)));
    return null;
end $$;
create trigger enrollments_tell_begin after insert on enrollments
    for each row execute function record_enrollment_event();
create trigger enrollments_tell_change after update of status on enrollments
    for each row when (old.status <> new.status) execute function record_enrollment_event();

create function record_lesson_event() returns trigger language plpgsql as $$
begin
    insert into events (type, course_id, data)
    select 'lesson.completed', e.course_id,
           jsonb_build_object(
               'enrollment_id', e.id, 'course_id', e.course_id, 'student_id', e.student_id,
               'lesson_id', new.lesson_id, 'completed_at', rfc3339(new.completed_at))
    from enrollments e
    where e.id = new.enrollment_id;
    return null;
end $$;
create trigger lesson_progress_tells_first after insert on lesson_progress
    for each row when (new.completed_at is not null) execute function record_lesson_event();
create trigger lesson_progress_tells_change after update of completed_at on lesson_progress
    for each row when (old.completed_at is null and new.completed_at is not null)
    execute function record_lesson_event();
