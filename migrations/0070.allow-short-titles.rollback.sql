alter table quizzes drop constraint quizzes_times_in_range;
alter table courses drop constraint courses_title_length;
-- Not valid: short titles that exist stay.
alter table courses add constraint courses_title_length
    check (char_length(title) between 3 and 255) not valid;
