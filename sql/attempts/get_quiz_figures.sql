-- Exact results of the chosen attempts, in percent; the median is the mean of the middle two.
with closed as (
    select id, status, coalesce(100 * points / nullif(max_points, 0), points) as percent,
           row_number() over (partition by student_id order by number) as from_first,
           row_number() over (partition by student_id order by number desc) as from_last,
           row_number() over (partition by student_id
                              order by coalesce(points / nullif(max_points, 0), points)
                                  desc nulls last, number)
               as from_best
    from attempts
    where quiz_id = :quiz_id and status <> 'in_progress'
),
chosen as (
    select id, percent
    from closed
    where status = 'graded'
      and case :which::text
              when 'first' then from_first
              when 'last' then from_last
              when 'best' then from_best
              else 1
          end = 1
)
select count(*) as count, avg(percent) as mean,
       (percentile_disc(0.5) within group (order by percent)
        + percentile_disc(0.5) within group (order by percent desc)) / 2 as median,
       stddev_samp(percent) as standard_deviation
from chosen;
