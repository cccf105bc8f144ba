-- Closes an open attempt with its result; no row if someone else did. It ended at its deadline at
-- the latest, however late that is noticed, and even if it is submitted within the grace.
update attempts
set status = case when :points::numeric is null then 'needs_marking' else 'graded' end,
    closed_by = :closed_by,
    finished_at = case when :closed_by = 'deadline' then expires_at
                       else least(clock_timestamp(), expires_at) end,
    points = :points, score_percent = :score_percent, passed = :passed
where id = :attempt_id and status = 'in_progress'
returning id;
