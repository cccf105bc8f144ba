-- The courses in which something changed since the last fold, and whether the count of their
-- lessons done must be made anew.
select c.course_id,
       exists (select from figures.stale_outlines s where s.course_id = c.course_id) as is_stale
from (select course_id from figures.enrollment_changes
      union select course_id from figures.lesson_changes
      union select course_id from figures.outline_changes) as c;
