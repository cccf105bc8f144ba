-- Holds a course's counters: reviews of it are counted one after the other.
select course_id from course_counters where course_id = :course_id for update;
