-- A teacher's students who did something in any of her courses from an hour on: the folded
-- ones, and those who moved since.
select (select coalesce(sum(n), 0) from figure_buckets
        where scope = :instructor_id and name = 'students' and key >= :since_hour)::bigint
       + (select coalesce(sum((coalesce(active_hour, 0) >= :since_hour)::integer
                              - (coalesce(before_hour, 0) >= :since_hour)::integer), 0)
          from taught_moves where instructor_id = :instructor_id)::bigint;
