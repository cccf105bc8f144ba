-- The last sign of life of every student of a course: analytics counts whole hours from totals,
-- and from here who falls into the part of an hour in which a span of days begins.
-- depends: 0043.create-figures
-- transactional: false
-- squawk-ignore-file ban-concurrent-index-creation-in-transaction

drop index concurrently if exists enrollments_by_sign;
create index concurrently enrollments_by_sign
    on enrollments (course_id, greatest(enrolled_at, last_accessed_at));
