-- Locks a course's counter: its seats are taken and freed one after the other.
select course_id from course_counters where course_id = :course_id for update;
