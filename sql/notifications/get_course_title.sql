-- A course's title.
select title from courses where id = :course_id;
