-- Notes that the counts for these courses' lessons are no longer valid.
update figures.course_outlines set lessons = null where course_id = any(:course_ids::uuid[]);
