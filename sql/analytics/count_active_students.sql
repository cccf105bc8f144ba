-- How many of a teacher's students did something in any of the teacher's courses since an hour began:
-- from the totals, and from what changed since the last fold.
select (select coalesce(sum(n), 0) from figures.figure_buckets
        where scope = :instructor_id and name = 'students' and key >= :since_hour)::bigint
       + (select coalesce(sum((coalesce(active_hour, 0) >= :since_hour)::integer
                              - (coalesce(before_hour, 0) >= :since_hour)::integer), 0)
          from figures.taught_moves where instructor_id = :instructor_id)::bigint;
