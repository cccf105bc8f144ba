-- The person leaves every course, and the seats are free again; why staff removed them is told no
-- more.
-- wakes: webhooks
-- wakes: progress
with held as (
    -- In the order that everyone takes: counters first, by id.
    select n.course_id
    from course_counters n
    join enrollments e on e.course_id = n.course_id
    where e.student_id = :user_id and e.status = 'active'
    order by n.course_id
    for update of n
),
dropped as (
    update enrollments e
    set status = 'dropped', dropped_at = now(), dropped_by = 'student', dropped_actor_id = :user_id
    from held
    where e.course_id = held.course_id and e.student_id = :user_id and e.status = 'active'
    returning e.course_id
),
unexplained as (
    update enrollments set removed_reason = null
    where student_id = :user_id and status = 'dropped' and removed_reason is not null
)
update course_counters n set enrollment_count = enrollment_count - 1
from dropped where n.course_id = dropped.course_id;
