-- A quiz's closed attempts with their results, the earliest first.
select a.id, a.enrollment_id, a.score_percent, a.passed, a.points, a.max_points, a.passing_score,
       exists (
           select from attempt_questions q
           join questions now on now.id = q.question_id
           where q.attempt_id = a.id and now.updated_at <> q.asked_at) as has_stale
from attempts a
where a.quiz_id = :quiz_id and a.status <> 'in_progress'
order by a.started_at, a.id;
