-- Counts the taken seats of these courses.
update course_counters n
set enrollment_count = (select count(*) from enrollments e
                        where e.course_id = n.course_id and e.status <> 'dropped')
where n.course_id = any(:course_ids::uuid[]);
