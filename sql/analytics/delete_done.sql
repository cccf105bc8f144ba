-- Deletes these courses' counts of lessons done, which are then made anew.
delete from figures.figure_buckets where scope = any(:course_ids::uuid[]) and name = 'done';
