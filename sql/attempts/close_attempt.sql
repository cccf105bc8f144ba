-- Closes an open attempt with its result; no row if someone else did. It ended when its time or
-- the student's access did, however late that is noticed, or is submitted within the grace.
update attempts a
set status = case when :points::numeric is null then 'needs_marking' else 'graded' end,
    closed_by = :closed_by,
    finished_at = case :closed_by
                      when 'deadline' then a.expires_at
                      when 'access_ended' then access_end_since(e, a.started_at)
                      else least(clock_timestamp(), a.expires_at)
                  end,
    points = :points, score_percent = :score_percent, passed = :passed
from enrollments e
where a.id = :attempt_id and a.status = 'in_progress' and e.id = a.enrollment_id
returning a.id;
