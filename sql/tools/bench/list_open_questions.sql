-- For each of these students their open attempt, and a question from the middle of it.
select a.student_id, a.id as attempt_id, q.question_id, q.options -> 2 ->> 'id' as option_id
from attempts a
join attempt_questions q on q.attempt_id = a.id and q.position = 5
where a.status = 'in_progress' and a.student_id = any(:student_ids::uuid[]);
