-- The categories of published courses, by name.
select category as name, count(*) as count
from courses
where status = 'published' and category is not null
group by category
order by category;
