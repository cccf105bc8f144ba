-- A new last question.
insert into questions
    (quiz_id, type, name, text, text_format, points, explanation, explanation_format, options,
     answer, tags, external_id, source, position)
select :quiz_id, :type, :name, :text, :text_format, :points, :explanation, :explanation_format,
       :options, :answer, :tags, :external_id, :source, coalesce(max(position), 0) + 1
from questions
where quiz_id = :quiz_id
returning id;
