-- Deletes a course with its lessons; the foreign keys of enrolments and orders refuse it. A request
-- that enrols someone locks the counters before it reads the course. This does the same; otherwise
-- the two could deadlock.
with held as materialized (
    select course_id from course_counters where course_id = :course_id for update
)
delete from courses using held where courses.id = held.course_id;
