-- Notes that nothing counted for these courses' lessons holds any more.
update figures.course_outlines set lessons = null where course_id = any(:course_ids::uuid[]);
