-- What markers wrote to her, where the quiz shows results.
select q.attempt_id, q.question_id, q.feedback
from attempts a
join quizzes z on z.id = a.quiz_id
join attempt_questions q on q.attempt_id = a.id
where a.student_id = :user_id and q.feedback is not null and a.status = 'graded'
    and z.show_results <> 'never'
order by q.attempt_id, q.position;
