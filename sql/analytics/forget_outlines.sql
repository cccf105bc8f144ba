-- Nothing that was counted of these courses' lessons holds any more.
update course_outlines set lessons = null where course_id = any(:course_ids::uuid[]);
