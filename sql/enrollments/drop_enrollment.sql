-- An enrolment ends, by its student or by staff; the seat is free again.
-- wakes: webhooks
-- wakes: progress
with dropped as (
    update enrollments
    set status = 'dropped', dropped_at = now(), dropped_by = :dropped_by,
        dropped_actor_id = :actor_id, removed_reason = :reason
    where id = :enrollment_id and status = 'active'
    returning id, course_id
),
seat as (
    update course_counters n set enrollment_count = enrollment_count - 1
    from dropped where n.course_id = dropped.course_id
)
select id from dropped;
