-- The first lessons of each enrolment of a range of students are done.
insert into lesson_progress (enrollment_id, lesson_id, completed_at, time_spent_seconds)
select e.id, l.id, now(), 60
from generate_series(:first_student::integer, :last_student::integer) as n
join users u on u.email_key = 'student' || n || '@bench.example'
join enrollments e on e.student_id = u.id
join current_lessons l on l.course_id = e.course_id and l.position <= :done::integer;
