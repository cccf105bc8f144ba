-- The answers to each question, or to each of its gaps, the most frequent first; null for none.
with closed as (
    select id, status,
           row_number() over (partition by student_id order by number) as from_first,
           row_number() over (partition by student_id order by number desc) as from_last,
           row_number() over (partition by student_id
                              order by coalesce(points / nullif(max_points, 0), points)
                                  desc nulls last, number)
               as from_best
    from attempts
    where quiz_id = :quiz_id and status <> 'in_progress'
),
chosen as (
    select id
    from closed
    where status = 'graded'
      and case :which::text
              when 'first' then from_first
              when 'last' then from_last
              when 'best' then from_best
              else 1
          end = 1
),
counted as (
    select q.question_id, said.gap, said.response, count(*) as count,
           row_number() over (partition by q.question_id, said.gap
                              order by count(*) desc, said.response) as place
    from chosen
    join attempt_questions q on q.attempt_id = chosen.id
    left join lateral unnest(q.responses, q.response_gaps) as said (response, gap) on true
    where q.type <> all(:except_types::text[])
    group by q.question_id, said.gap, said.response
)
select question_id, gap, response, count
from counted
where place <= 100
order by question_id, gap, place;
