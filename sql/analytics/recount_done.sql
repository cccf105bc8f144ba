-- How many active enrolments of these courses have how many lessons done, counted from scratch.
insert into figures.figure_buckets (scope, name, key, n)
select course.id, 'done', counted.done, count(*)
from unnest(:course_ids::uuid[]) as course (id)
cross join lateral figures.lessons_done(course.id) as counted
group by course.id, counted.done;
