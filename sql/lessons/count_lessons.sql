-- How many lessons a course has now.
select count(*) from current_lessons where course_id = :course_id;
