-- Holds the counters of several courses, in the order in which everyone takes them.
select course_id from course_counters where course_id = any(:course_ids::uuid[])
order by course_id
for update;
