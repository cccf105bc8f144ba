drop table reviews;
drop function count_review();
update course_counters set rating_count = 0, rating_sum = 0 where rating_count > 0;
