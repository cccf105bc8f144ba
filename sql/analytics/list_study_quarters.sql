-- The quarters of an hour in which a student completed a lesson or submitted an attempt.
select distinct floor(extract(epoch from at) / 900)::bigint as quarter
from (select p.completed_at as at
      from enrollments e join lesson_progress p on p.enrollment_id = e.id
      where e.student_id = :student_id and p.completed_at is not null
      union all
      select finished_at from closed_attempts where student_id = :student_id) as done;
