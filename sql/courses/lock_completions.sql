-- Waits until nobody is completing a lesson of this course, and lets nobody begin until commit.
select pg_advisory_xact_lock(hashtextextended('completions ' || :course_id::uuid, 0));
