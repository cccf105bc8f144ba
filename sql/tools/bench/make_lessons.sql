-- Text lessons for courses by the numbers in their slugs.
insert into lessons (course_id, title, content_type, content, duration_minutes, is_preview, position)
select c.id, 'Lesson ' || p || ' of a course', 'text',
       repeat('A sentence that someone reads in this lesson. ', 20), 5 + p % 20, p = 1, p
from generate_series(:first::integer, :last::integer) as n
join courses c on c.slug = 'course-' || n
cross join generate_series(1, :lessons::integer) as p;
