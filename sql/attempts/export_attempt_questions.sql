-- What markers wrote to a student, where the student may read it.
select q.attempt_id, q.question_id, q.feedback
from attempt_details a
join attempt_questions q on q.attempt_id = a.id
where a.student_id = :user_id and q.feedback is not null and a.sight = 'answers'
order by q.attempt_id, q.position;
