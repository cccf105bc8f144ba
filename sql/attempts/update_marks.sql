-- Writes the points of each question of an attempt; null if a person has to mark it.
update attempt_questions as q
set points_awarded = mark.points, marked_by = case when mark.points is not null then 'machine' end,
    responses = string_to_array(mark.responses, e'\x1f')
from unnest(:question_ids::uuid[], :points::numeric[], :responses::text[])
         as mark (question_id, points, responses)
where q.attempt_id = :attempt_id and q.question_id = mark.question_id;
