-- A report of progress changed two indexed columns of its enrolment, so each wrote into all nine
-- indexes. No index holds what such a report changes any more, but the hour, and pages have room for
-- the new row: it stays on its page, and the indexes stay as they are. A roster by progress still needs the
-- lessons that are done, so that a completed lesson moves in the indexes.
--
-- Ascending, since new enrolments then fill pages that are left full; read backwards for the newest.
-- Ties of time and name are few and are sorted by id when they are read.
-- depends: 0002.create-jobs 0028.index-rosters 0060.index-signs-of-life 0126.note-hours-of-change
-- transactional: false
-- squawk-ignore-file ban-concurrent-index-creation-in-transaction

alter table enrollments set (fillfactor = 90);
drop index concurrently if exists enrollments_of_student;
create index concurrently enrollments_of_student on enrollments (student_id);
drop index concurrently if exists enrollments_in_time;
create index concurrently enrollments_in_time on enrollments (course_id, status, enrolled_at);
drop index concurrently if exists enrollments_in_name;
create index concurrently enrollments_in_name on enrollments (course_id, status, student_name);
drop index concurrently if exists enrollments_in_progress;
create index concurrently enrollments_in_progress
    on enrollments (course_id, status, done_lessons, id);
-- Of all courses together, since equal keys share their room: the changes of an hour are few.
drop index concurrently if exists enrollments_changed;
create index concurrently enrollments_changed on enrollments (changed_hour);
drop index concurrently if exists enrollments_by_student;
drop index concurrently if exists enrollments_by_course;
drop index concurrently if exists enrollments_roster_newest;
drop index concurrently if exists enrollments_roster_name;
drop index concurrently if exists enrollments_roster_progress;
drop index concurrently if exists enrollments_by_update;
drop index concurrently if exists enrollments_by_sign;

-- Few jobs run at a time, so finding those whose lease ran out needs no order of leases; and
-- renewing one moves nothing.
alter table jobs set (fillfactor = 90);
drop index concurrently if exists jobs_in_hand;
create index concurrently jobs_in_hand on jobs (queue, kind) where status = 'running';
drop index concurrently if exists jobs_running;
