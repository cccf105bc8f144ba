-- A dropped enrolment takes a seat again.
-- wakes: webhooks
with returned as (
    update enrollments set status = 'active'
    where id = :enrollment_id and status = 'dropped'
    returning id, course_id
),
seat as (
    update course_counters n set enrollment_count = enrollment_count + 1
    from returned where n.course_id = returned.course_id
)
select id from returned;
