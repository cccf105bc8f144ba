-- The facts that decide whether a student may start an attempt, and their open attempt.
select q.id as quiz_id, q.shuffle_questions, q.shuffle_options,
       (q.available_from is null or q.available_from <= clock_timestamp())
           and coalesce(clock_timestamp() < own_end(q.available_until, x.extra_minutes,
                                                    x.available_until), true) as is_open,
       mine.used >= coalesce(q.max_attempts + coalesce(x.extra_attempts, 0), :most_attempts)
           as is_used_up,
       mine.open_id,
       -- It was open when access ended, which has come back since; or its time is over.
       mine.ended_at is not null
           or coalesce(mine.open_until + make_interval(secs => :grace_seconds)
                       <= clock_timestamp(), false) as open_is_over
from quizzes q
left join quiz_extensions x on x.quiz_id = q.id and x.user_id = :student_id
cross join lateral (
    select count(*) as used,
           (array_agg(a.id) filter (where a.status = 'in_progress'))[1] as open_id,
           max(a.expires_at) filter (where a.status = 'in_progress') as open_until,
           max(access_end_since(e, a.started_at)) filter (where a.status = 'in_progress')
               as ended_at
    from attempts a
    join enrollments e on e.id = a.enrollment_id
    where a.quiz_id = q.id and a.student_id = :student_id
) as mine
where q.id = :quiz_id;
