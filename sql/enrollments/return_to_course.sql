-- A dropped enrolment takes a seat again. A place that waits for the student ends with it: nobody
-- takes two seats. Where somebody only says that the address is theirs, the place stays for its owner.
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
    where u.id = returned.student_id
      and p.email_key = u.email_key and p.course_id = returned.course_id
      and owns_address(u)
),
seat as (
    update course_counters n set enrollment_count = enrollment_count + 1
    from returned where n.course_id = returned.course_id
)
select id from returned;
