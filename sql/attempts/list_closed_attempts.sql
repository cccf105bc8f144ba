-- A quiz's closed attempts with their results, the earliest first.
select id, enrollment_id, score_percent, passed, points, max_points, passing_score
from attempts
where quiz_id = :quiz_id and status <> 'in_progress'
order by started_at, id;
