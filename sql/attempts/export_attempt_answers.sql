-- A student's answers as they were given, and the options that they name; never the key, nor what
-- the author keeps beside an option: its weight, its explanation, its own id.
select q.attempt_id, q.question_id, q.type, q.text as question,
       case
           when q.type = 'true_false' then null
           when q.type = 'cloze' then (
               select jsonb_agg(
                   jsonb_build_object('id', gap -> 'id', 'type', gap -> 'type',
                                      'options', shown_items(gap -> 'options'))
                   order by n)
               from jsonb_array_elements(q.options -> 'gaps') with ordinality as one (gap, n))
           when jsonb_typeof(q.options) = 'object' then (
               select jsonb_object_agg(name, shown_items(items))
               from jsonb_each(q.options) as list (name, items))
           else shown_items(q.options)
       end as options,
       w.answer, w.saved_at
from attempts a
join attempt_questions q on q.attempt_id = a.id
join attempt_answers w on w.attempt_id = a.id and w.question_id = q.question_id
where a.student_id = :user_id order by q.attempt_id, q.position;
