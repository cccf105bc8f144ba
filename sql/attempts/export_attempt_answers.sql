-- Her answers as she gave them, and the options that they name; never the key, nor what the
-- author keeps beside an option: its weight, its explanation, its own id.
select q.attempt_id, q.question_id, q.type, q.text as question,
       case when q.type = 'matching'
            then jsonb_build_object('left', shown_items(q.options -> 'left'),
                                    'right', shown_items(q.options -> 'right'))
            else shown_items(q.options)
       end as options,
       w.answer, w.saved_at
from attempts a
join attempt_questions q on q.attempt_id = a.id
join attempt_answers w on w.attempt_id = a.id and w.question_id = q.question_id
where a.student_id = :user_id order by q.attempt_id, q.position;
