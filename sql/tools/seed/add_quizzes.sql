-- A quiz for each of these courses; its questions are of no matter here.
insert into quizzes (course_id, title, status)
select id, 'Quiz', 'published' from unnest(:course_ids::uuid[]) as course (id);
