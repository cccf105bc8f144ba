-- The questions of attempts in their order, with the answers and marks that there are.
select q.attempt_id, q.question_id, q.type, q.version, q.text, q.text_format, q.points,
       q.explanation, q.explanation_format, q.options, q.key, q.points_awarded, q.gap_marks,
       q.marked_by, q.feedback, a.answer, a.seq, a.saved_at
from attempt_questions q
left join attempt_answers a on a.attempt_id = q.attempt_id and a.question_id = q.question_id
where q.attempt_id = any(:attempt_ids::uuid[])
order by q.attempt_id, q.position;
