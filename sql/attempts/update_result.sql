-- The result of a closed attempt after its marks changed.
update attempts
set status = case when :points::numeric is null then 'needs_marking' else 'graded' end,
    points = :points, max_points = :max_points, score_percent = :score_percent,
    passed = :passed, passing_score = :passing_score
where id = :attempt_id and status <> 'in_progress';
