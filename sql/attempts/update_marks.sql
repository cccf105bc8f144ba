-- Writes the points of each question of an attempt; null if a person has to mark it.
update attempt_questions as q
set points_awarded = mark.points, marked_by = case when mark.points is not null then 'machine' end,
    responses = mark.responses, response_gaps = mark.response_gaps, gap_marks = mark.gap_marks
from jsonb_to_recordset(:marks::jsonb) as mark (
    question_id uuid, points numeric, responses text[], response_gaps text[], gap_marks jsonb)
where q.attempt_id = :attempt_id and q.question_id = mark.question_id;
