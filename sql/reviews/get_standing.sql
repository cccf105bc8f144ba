-- How far a student is in a course, and when she last wrote about it; no row without an enrolment.
select e.progress_percent, r.updated_at as reviewed_at
from enrollment_details e
left join reviews r on r.course_id = e.course_id and r.student_id = e.student_id
where e.course_id = :course_id and e.student_id = :student_id and e.status <> 'dropped';
