-- The questions of closed attempts; stale if the quiz's own question was changed since.
select q.attempt_id, q.question_id, q.type, q.points, q.explanation, q.explanation_format,
       q.options, q.key, q.points_awarded, q.gap_marks, q.marked_by, a.answer, q.asked_at,
       coalesce(now.updated_at <> q.asked_at, false) as is_stale
from attempt_questions q
left join questions now on now.id = q.question_id
left join attempt_answers a on a.attempt_id = q.attempt_id and a.question_id = q.question_id
where q.attempt_id = any(:ids::uuid[])
order by q.attempt_id, q.position;
