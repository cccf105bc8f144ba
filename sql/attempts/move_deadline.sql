-- The deadline of a student's open attempt, as if it had begun with the extension as it is now.
-- One whose time and grace are over is as good as closed.
with ends as (
    select own_end(q.available_until, x.extra_minutes, x.available_until) as own, x.extra_minutes
    from quiz_extensions x
    join quizzes q on q.id = x.quiz_id
    where x.quiz_id = :quiz_id and x.user_id = :user_id
)
update attempts a
set available_until = ends.own,
    expires_at = last_moment(
        a.started_at,
        a.started_at + make_interval(mins => a.time_limit_minutes + ends.extra_minutes),
        ends.own)
from ends
where a.quiz_id = :quiz_id and a.student_id = :user_id and a.status = 'in_progress'
  and (a.expires_at is null
       or clock_timestamp() < a.expires_at + make_interval(secs => :grace_seconds));
