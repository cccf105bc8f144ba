drop trigger users_renamed on users;
drop view course_details, current_lessons;
drop table catalogue_versions, lessons, course_counters, courses;
drop function note_renamed_instructor();
drop function note_catalogue_change();
drop function catalogue_shard(uuid);
drop function create_course_counters();
