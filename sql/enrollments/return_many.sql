-- Dropped enrolments of a course take seats again, as in return_to_course.sql.
-- wakes: webhooks
with returned as (
    update enrollments set status = 'active'
    where course_id = :course_id and id = any(:enrollment_ids::uuid[]) and status = 'dropped'
    returning id
),
seat as (
    update course_counters set enrollment_count = enrollment_count + (select count(*) from returned)
    where course_id = :course_id
)
select id from returned;
