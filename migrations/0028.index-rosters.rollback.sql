-- transactional: false
drop index concurrently if exists enrollments_roster_newest;
drop index concurrently if exists enrollments_roster_name;
drop index concurrently if exists enrollments_roster_progress;
drop index concurrently if exists enrollments_by_update;
drop index concurrently if exists lessons_removed;
