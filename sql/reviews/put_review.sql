-- A student's only review of a course, new or written again.
insert into reviews (course_id, student_id, rating, text)
values (:course_id, :student_id, :rating, :text)
on conflict on constraint reviews_once do update
set rating = excluded.rating, text = excluded.text;
