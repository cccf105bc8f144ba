-- Ends a refunded student's enrolment, even a completed one. The seat becomes free, and the
-- progress is kept in case the student returns. No row if the student was not enrolled.
-- wakes: webhooks
-- wakes: progress
with dropped as (
    update enrollments
    set status = 'dropped', completed_at = null, dropped_at = now(), dropped_by = 'refund',
        dropped_actor_id = :actor_id
    where course_id = :course_id and student_id = :student_id and status <> 'dropped'
    returning id, course_id
),
seat as (
    update course_counters n set enrollment_count = enrollment_count - 1
    from dropped where n.course_id = dropped.course_id
)
select id from dropped;
