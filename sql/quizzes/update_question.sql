-- Everything an author may change, sent whole.
update questions
set type = :type, text = :text, points = :points, explanation = :explanation,
    options = :options, answer = :answer
where id = :question_id;
