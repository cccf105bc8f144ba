-- Checks the old rows, apart from adding the rules, so that the tables stay writable; and lets a
-- removed student order again while the old order is still paid.
-- depends: 0078.remove-students
-- transactional: false
-- squawk-ignore-file ban-concurrent-index-creation-in-transaction

alter table bulk_enrollment_rows validate constraint bulk_enrollment_rows_status_known;
alter table enrollments validate constraint enrollments_dropped_by_known;
alter table enrollments validate constraint enrollments_removed_have_reason;
drop index concurrently if exists orders_one_live;
create unique index concurrently orders_one_live on orders (course_id, student_id)
    where status in ('pending', 'paid') and replaced_at is null;
drop index concurrently if exists orders_one_open;
