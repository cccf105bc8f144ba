-- The check of old rows, apart from adding the rule, so that lessons stay writable meanwhile.
-- depends: 0019.create-quizzes
alter table lessons validate constraint lessons_quiz_of_course;
