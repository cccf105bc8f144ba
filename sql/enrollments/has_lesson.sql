-- Whether a lesson is one of the enrolment's course.
select exists (
    select from enrollments e
    join current_lessons l on l.course_id = e.course_id
    where e.id = :enrollment_id and l.id = :lesson_id);
