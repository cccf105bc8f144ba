-- Courses that something happened in since the last fold, and whether their lessons done must
-- be counted anew.
select c.course_id, exists (select from stale_outlines s where s.course_id = c.course_id) as is_stale
from (select course_id from enrollment_changes
      union select course_id from lesson_changes
      union select course_id from outline_changes) as c;
