-- A student's closed attempts, and her best at each quiz.
select coalesce(sum(attempts), 0)::bigint as attempts,
       count(*) filter (where passed) as passed, avg(best) as mean_score_percent
from (select count(*) as attempts, bool_or(passed) as passed, max(score_percent) as best
      from closed_attempts where student_id = :student_id group by quiz_id) as each;
