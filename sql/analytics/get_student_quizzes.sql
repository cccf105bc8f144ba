-- A student's closed attempts, and their best score in each quiz that shows results to students.
select coalesce(sum(attempts), 0)::bigint as attempts,
       count(*) filter (where passed and is_told) as passed,
       avg(best) filter (where is_told) as mean_score_percent
from (select count(*) as attempts, bool_or(a.passed) as passed, max(a.score_percent) as best,
             q.show_results <> 'never' as is_told
      from closed_attempts a
      join quizzes q on q.id = a.quiz_id
      where a.student_id = :student_id
      group by q.id) as each;
