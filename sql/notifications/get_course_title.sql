-- What a course is called.
select title from courses where id = :course_id;
