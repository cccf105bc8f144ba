-- Delete a course with its lessons; enrolments refuse it by their foreign key.
delete from courses where id = :course_id;
