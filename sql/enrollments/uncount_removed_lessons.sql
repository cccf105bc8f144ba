-- Takes removed lessons out of some enrolments' counters; triggers do the rest. Fewer rows than the
-- limit once nothing is left.
update lesson_progress p
set counted = false
from (
    select due.enrollment_id, due.lesson_id
    from lessons l
    join lesson_progress due on due.lesson_id = l.id
    join enrollments e on e.id = due.enrollment_id
    where l.course_id = :course_id and l.removed_at is not null and due.counted
    order by due.enrollment_id  -- so that two of these cannot wait for each other
    limit :limit
    for update of e
) as removed
where p.enrollment_id = removed.enrollment_id and p.lesson_id = removed.lesson_id;
