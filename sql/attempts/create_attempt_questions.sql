-- The questions of a new attempt, frozen.
insert into attempt_questions
    (attempt_id, position, question_id, type, text, points, explanation, options, key, asked_at)
select :attempt_id, frozen.position, frozen.question_id, frozen.type, frozen.text, frozen.points,
       frozen.explanation, frozen.options, frozen.key, frozen.asked_at
from jsonb_to_recordset(:questions::jsonb) as frozen (
    position integer, question_id uuid, type text, text text, points numeric, explanation text,
    options jsonb, key jsonb, asked_at timestamptz);
