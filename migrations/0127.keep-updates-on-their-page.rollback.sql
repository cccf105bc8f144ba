-- transactional: false
drop index concurrently if exists jobs_running;
create index concurrently jobs_running on jobs (lease_expires_at) where status = 'running';
drop index concurrently if exists jobs_in_hand;
alter table jobs reset (fillfactor);

drop index concurrently if exists enrollments_by_sign;
create index concurrently enrollments_by_sign
    on enrollments (course_id, greatest(enrolled_at, last_accessed_at));
drop index concurrently if exists enrollments_by_update;
create index concurrently enrollments_by_update on enrollments (course_id, updated_at);
drop index concurrently if exists enrollments_roster_progress;
create index concurrently enrollments_roster_progress
    on enrollments (course_id, status, done_lessons desc, id desc);
drop index concurrently if exists enrollments_roster_name;
create index concurrently enrollments_roster_name
    on enrollments (course_id, status, student_name, id);
drop index concurrently if exists enrollments_roster_newest;
create index concurrently enrollments_roster_newest
    on enrollments (course_id, status, enrolled_at desc, id desc);
drop index concurrently if exists enrollments_by_course;
create index concurrently enrollments_by_course
    on enrollments (course_id, enrolled_at desc, id desc);
drop index concurrently if exists enrollments_by_student;
create index concurrently enrollments_by_student
    on enrollments (student_id, enrolled_at desc, id desc);
drop index concurrently if exists enrollments_changed;
drop index concurrently if exists enrollments_in_progress;
drop index concurrently if exists enrollments_in_name;
drop index concurrently if exists enrollments_in_time;
drop index concurrently if exists enrollments_of_student;
alter table enrollments reset (fillfactor);
