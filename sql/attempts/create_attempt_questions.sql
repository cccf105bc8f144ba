-- The questions of a new attempt, frozen.
insert into attempt_questions
    (attempt_id, position, question_id, type, version, text, text_format, points, explanation,
     explanation_format, options, key, asked_at)
select :attempt_id, frozen.position, frozen.question_id, frozen.type, frozen.version, frozen.text,
       frozen.text_format, frozen.points, frozen.explanation, frozen.explanation_format,
       frozen.options, frozen.key, frozen.asked_at
from jsonb_to_recordset(:questions::jsonb) as frozen (
    position integer, question_id uuid, type text, version integer, text text, text_format text,
    points numeric, explanation text, explanation_format text, options jsonb, key jsonb,
    asked_at timestamptz);
