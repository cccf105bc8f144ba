-- A page of a quiz's questions, in their order.
select id, quiz_id, type, version, name, text, text_format, points, position, explanation,
       explanation_format, options, answer, tags, external_id, source, created_at, updated_at
from questions
where quiz_id = :quiz_id and position > :after_position
order by position
limit :limit;
