-- What an extension of a quiz for a student could move: the quiz's own, the extension as it is,
-- and whether an open attempt has a limit of its own.
select q.time_limit_minutes is not null
           or coalesce((select a.time_limit_minutes is not null from attempts a
                        where a.quiz_id = q.id and a.student_id = :user_id
                          and a.status = 'in_progress'), false) as has_limit,
       q.max_attempts is not null as has_max_attempts, q.available_from, q.available_until,
       x.available_until as own_until, x.updated_at
from quizzes q
left join quiz_extensions x on x.quiz_id = q.id and x.user_id = :user_id
where q.id = :quiz_id;
