-- How many questions and descriptions a quiz has.
select count(*) from questions where quiz_id = :quiz_id;
