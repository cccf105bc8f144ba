-- A student's progress in a course, and when they last reviewed it; no row without an enrolment.
select e.progress_percent, r.updated_at as reviewed_at
from enrollment_details e
left join reviews r on r.course_id = e.course_id and r.student_id = e.student_id
where e.course_id = :course_id and e.student_id = :student_id and e.status <> 'dropped';
