-- Writes all the fields that an author may change.
update questions
set type = :type, name = :name, text = :text, text_format = :text_format, points = :points,
    explanation = :explanation, explanation_format = :explanation_format, options = :options,
    answer = :answer, tags = :tags, external_id = :external_id
where id = :question_id;
