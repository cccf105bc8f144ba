-- Ten lessons for each of these courses.
insert into lessons (course_id, title, content_type, content, position, duration_minutes)
select id, 'Lesson ' || n, 'text', 'Read this.', n, 10
from unnest(:course_ids::uuid[]) as course (id), generate_series(1, 10) as n;
