-- What a student wrote in their own words; choices stay, for the quiz's statistics.
update attempt_answers w set answer = null
from attempts a
join attempt_questions q on q.attempt_id = a.id
where a.student_id = :user_id and w.attempt_id = a.id and w.question_id = q.question_id
    and q.type = any(:own_words_types::text[]);
