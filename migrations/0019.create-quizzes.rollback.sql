alter table lessons drop constraint lessons_quiz_of_course;
update lessons set quiz_id = null where quiz_id is not null;
drop view quiz_details;
drop table questions, quizzes;
drop function release_removed_lessons();
