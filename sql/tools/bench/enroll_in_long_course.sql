-- Enrols every student of a range in the course with this slug, before all their other courses.
insert into enrollments (course_id, student_id, enrolled_at)
select c.id, u.id, now() - interval '1 day'
from generate_series(:first_student::integer, :last_student::integer) as n
join users u on u.email_key = 'student' || n || '@bench.example'
join courses c on c.slug = :slug;
