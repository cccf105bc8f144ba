-- Each ordering of a roster is an index; the status leads, so that a filter costs nothing.
-- depends: 0027.count-progress
-- transactional: false
-- squawk-ignore-file ban-concurrent-index-creation-in-transaction

drop index concurrently if exists enrollments_roster_newest;
create index concurrently enrollments_roster_newest
    on enrollments (course_id, status, enrolled_at desc, id desc);
drop index concurrently if exists enrollments_roster_name;
create index concurrently enrollments_roster_name
    on enrollments (course_id, status, student_name, id);
drop index concurrently if exists enrollments_roster_progress;
create index concurrently enrollments_roster_progress
    on enrollments (course_id, status, done_lessons desc, id desc);
drop index concurrently if exists enrollments_by_update;
create index concurrently enrollments_by_update on enrollments (course_id, updated_at);
drop index concurrently if exists lessons_removed;
create index concurrently lessons_removed on lessons (course_id) where removed_at is not null;
-- What a search of people by part of a name or address reads.
create index concurrently if not exists users_by_name_part
    on users using gin (full_name gin_trgm_ops);
create index concurrently if not exists users_by_email_part
    on users using gin (email gin_trgm_ops);
