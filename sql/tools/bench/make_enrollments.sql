-- So many enrolments for each student of a range, in courses that are spread over all of them.
insert into enrollments (course_id, student_id, enrolled_at)
select c.id, u.id, now() - make_interval(mins => k)
from generate_series(:first_student::integer, :last_student::integer) as n
join users u on u.email_key = 'student' || n || '@bench.example'
cross join generate_series(1, :each::integer) as k
join courses c on c.slug = 'course-' || (n::bigint * 37 + k * 101) % :courses::integer + 1;
