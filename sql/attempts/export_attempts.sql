-- A student's attempts; a score only where the quiz shows it to them.
select a.id, a.quiz_id, q.title as quiz_title, a.number, a.status, a.started_at, a.expires_at,
       a.finished_at, a.closed_by,
       case when a.sight in ('score', 'answers') then a.score_percent end as score_percent,
       case when a.sight in ('score', 'answers') then a.passed end as passed
from attempt_details a
join quizzes q on q.id = a.quiz_id
where a.student_id = :user_id order by a.started_at, a.id;
