-- Sets the counters that enrolling would have changed.
update course_counters n
set enrollment_count = taken.count
from (select course_id, count(*)::integer as count from enrollments group by course_id) as taken
where taken.course_id = n.course_id;
