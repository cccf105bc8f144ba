-- What answers to some questions of a student's attempt may look like. One row at least if the
-- attempt is hers, with nulls if it asks none of these questions.
select a.status, q.question_id, q.type,
       case when q.type = 'matching'
            then jsonb_build_array(jsonb_path_query_array(q.options, '$.left[*].id'),
                                   jsonb_path_query_array(q.options, '$.right[*].id'))
            else jsonb_path_query_array(q.options, '$[*].id')
       end as ids
from attempts a
left join attempt_questions q
    on q.attempt_id = a.id and q.question_id = any(:question_ids::uuid[])
where a.id = :attempt_id and a.student_id = :student_id;
