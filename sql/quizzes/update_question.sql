-- Writes all the fields that an author may change.
update questions
set type = :type, text = :text, points = :points, explanation = :explanation,
    options = :options, answer = :answer
where id = :question_id;
