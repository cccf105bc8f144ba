-- A student's lessons, seconds and attempts by period, the first period being 0.
select period - 1 as period, sum(lessons)::bigint as lessons, sum(seconds)::bigint as seconds,
       sum(attempts)::bigint as attempts
from (select width_bucket(floor(extract(epoch from p.completed_at) / 900)::bigint,
                          :bounds::bigint[]) as period,
             1 as lessons, 0 as seconds, 0 as attempts
      from enrollments e join lesson_progress p on p.enrollment_id = e.id
      where e.student_id = :student_id and p.completed_at is not null
      union all
      select width_bucket(quarter, :bounds), 0, seconds, 0
      from study_time where student_id = :student_id
      union all
      select width_bucket(floor(extract(epoch from finished_at) / 900)::bigint, :bounds), 0, 0, 1
      from closed_attempts where student_id = :student_id) as each
where period between 1 and cardinality(:bounds) - 1
group by period;
