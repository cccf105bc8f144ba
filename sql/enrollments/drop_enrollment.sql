-- A student leaves; the seat is free again.
-- wakes: webhooks
with dropped as (
    update enrollments set status = 'dropped'
    where id = :enrollment_id and status = 'active'
    returning id, course_id
),
seat as (
    update course_counters n set enrollment_count = enrollment_count - 1
    from dropped where n.course_id = dropped.course_id
)
select id from dropped;
