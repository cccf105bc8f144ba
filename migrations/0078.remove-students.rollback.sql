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
            'completed_at', rfc3339(new.completed_at)));
    return null;
end $$;
alter table orders drop column replaced_at;
alter table enrollments
    drop column dropped_at,
    drop column dropped_by,
    drop column dropped_actor_id,
    drop column removed_reason;
