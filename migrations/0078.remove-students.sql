-- How an enrolment ended, who ended it and why; and orders that a removal used up.
-- depends: 0040.record-learning 0042.create-orders 0077.create-invited-places

-- All are null while it is not dropped, and where a process of the release before dropped it.
alter table enrollments
    add column dropped_at timestamptz,
    add column dropped_by text,
    add column dropped_actor_id uuid,
    add column removed_reason text,
    add constraint enrollments_dropped_by_known
        check (dropped_by in ('student', 'staff', 'admin', 'refund')) not valid,
    add constraint enrollments_removed_have_reason
        check (removed_reason is null or dropped_by in ('staff', 'admin')) not valid;

-- A paid order that opens the course no more: its student was removed and paid another one.
alter table orders add column replaced_at timestamptz;

create or replace function record_enrollment_event() returns trigger language plpgsql as $$
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
            'completed_at', rfc3339(new.completed_at))
        || case when new.status = 'dropped' then
               jsonb_build_object(
                   'by', coalesce(new.dropped_by, 'student'),
                   'actor_id', case when new.dropped_by is null then new.student_id
                                    else new.dropped_actor_id end)
               else '{}' end);
    return null;
end $$;
