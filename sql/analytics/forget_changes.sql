-- What this snapshot saw is in the totals now; what came after it stays for the next fold.
with enrolled as (delete from enrollment_changes),
learned as (delete from lesson_changes),
outlined as (delete from outline_changes),
emptied as (delete from figure_buckets where n = 0)
delete from figure_changes;
