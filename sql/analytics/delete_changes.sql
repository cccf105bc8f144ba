-- Deletes the changes that this snapshot sees, since the totals hold them now. Later ones stay for
-- the next fold.
with enrolled as (delete from figures.enrollment_changes),
learned as (delete from figures.lesson_changes),
outlined as (delete from figures.outline_changes),
taught as (delete from figures.taught_changes),
emptied as (delete from figures.figure_buckets where n = 0)
delete from figures.figure_changes;
