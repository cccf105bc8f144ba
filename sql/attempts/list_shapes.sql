-- What answers to some questions of a student's attempt may look like. One row at least if the
-- attempt is this student's, with nulls if it asks none of these questions.
select a.status, access_end_since(e, a.started_at) is not null as is_ended,
       q.question_id, q.type,
       case
           when q.type = 'cloze' then q.options
           when jsonb_typeof(q.options) = 'object' then (
               select jsonb_object_agg(name, jsonb_path_query_array(items, '$[*].id'))
               from jsonb_each(q.options) as list (name, items))
           else jsonb_path_query_array(q.options, '$[*].id')
       end as ids
from attempts a
join enrollments e on e.id = a.enrollment_id
left join attempt_questions q
    on q.attempt_id = a.id and q.question_id = any(:question_ids::uuid[])
where a.id = :attempt_id and a.student_id = :student_id;
