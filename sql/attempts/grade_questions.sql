-- A person's marks for questions of an attempt, each within the question's points.
update attempt_questions as q
set points_awarded = grade.points, marked_by = 'person', feedback = grade.feedback
from unnest(:question_ids::uuid[], :points::numeric[], :feedback::text[])
         as grade (question_id, points, feedback)
where q.attempt_id = :attempt_id and q.question_id = grade.question_id
  and grade.points <= q.points;
