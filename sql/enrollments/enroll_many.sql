-- New enrolments of several people, as enroll.sql makes one.
-- wakes: webhooks
with enrolled as (
    insert into enrollments (course_id, student_id)
    select :course_id, student_id from unnest(:student_ids::uuid[]) as given (student_id)
    returning id, student_id
),
seat as (
    update course_counters set enrollment_count = enrollment_count + (select count(*) from enrolled)
    where course_id = :course_id
),
progress as (
    insert into lesson_progress (enrollment_id, lesson_id)
    select enrolled.id, l.id from enrolled, current_lessons l where l.course_id = :course_id
)
select id, student_id from enrolled;
