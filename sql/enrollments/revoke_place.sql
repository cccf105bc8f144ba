-- A refunded student is out, also of a course she completed: the place is free, her progress
-- stays for when she comes back. No row if she was not in.
with dropped as (
    update enrollments set status = 'dropped', completed_at = null
    where course_id = :course_id and student_id = :student_id and status <> 'dropped'
    returning id, course_id
),
place as (
    update course_counters n set enrollment_count = enrollment_count - 1
    from dropped where n.course_id = dropped.course_id
)
select id from dropped;
