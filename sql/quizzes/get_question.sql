-- One question with its key.
select id, quiz_id, type, version, name, text, text_format, points, position, explanation,
       explanation_format, options, answer, tags, external_id, source, created_at, updated_at
from questions
where id = :question_id;
