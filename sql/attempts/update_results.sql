-- The results of regraded attempts.
update attempts as a
set status = case when new.points is null then 'needs_marking' else 'graded' end,
    points = new.points, max_points = new.max_points, score_percent = new.score,
    passed = new.passed, passing_score = :passing_score
from unnest(:ids::uuid[], :points_list::numeric[], :max_points_list::numeric[],
            :score_list::numeric[], :passed_list::boolean[])
     as new (id, points, max_points, score, passed)
where a.id = new.id and a.status <> 'in_progress';
