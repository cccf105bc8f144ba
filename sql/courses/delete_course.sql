-- Delete a course with its lessons; enrolments refuse it by their foreign key. Enrolling holds
-- the counters before it looks at the course: so do we, or both would wait for each other.
with held as materialized (
    select course_id from course_counters where course_id = :course_id for update
)
delete from courses using held where courses.id = held.course_id;
