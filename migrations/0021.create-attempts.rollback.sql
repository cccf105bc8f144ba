drop view attempt_details;
drop table quiz_extensions, attempt_answers, attempt_questions, attempts;
