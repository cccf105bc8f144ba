-- Writes corrected keys, points, explanations and marks to the questions of attempts.
update attempt_questions as q
set points = new.points, explanation = new.explanation, options = new.options, key = new.key,
    explanation_format = new.explanation_format, points_awarded = new.points_awarded,
    gap_marks = new.gap_marks, asked_at = new.asked_at,
    marked_by = case when new.points_awarded is not null then coalesce(q.marked_by, 'machine') end
from jsonb_to_recordset(:corrections::jsonb) as new (
    attempt_id uuid, question_id uuid, points numeric, explanation text, explanation_format text,
    options jsonb, key jsonb, points_awarded numeric, gap_marks jsonb, asked_at timestamptz)
where q.attempt_id = new.attempt_id and q.question_id = new.question_id;
