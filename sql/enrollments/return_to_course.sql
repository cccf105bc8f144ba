-- A dropped enrolment takes a seat again, the one that was held for the student if there is one.
-- wakes: webhooks
with returned as (
    update enrollments
    set status = 'active', dropped_at = null, dropped_by = null, dropped_actor_id = null,
        removed_reason = null
    where id = :enrollment_id and status = 'dropped'
    returning id, course_id, student_id
),
place as (
    delete from invited_places p
    using returned, users u
    where u.id = returned.student_id and u.email_verified_at is not null
      and p.email_key = u.email_key and p.course_id = returned.course_id
),
seat as (
    update course_counters n set enrollment_count = enrollment_count + 1
    from returned where n.course_id = returned.course_id
)
select id from returned;
