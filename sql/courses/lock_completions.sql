-- Whoever removed a lesson waits until nobody is completing one in this course.
select pg_advisory_xact_lock(hashtextextended('completions ' || :course_id::uuid, 0));
