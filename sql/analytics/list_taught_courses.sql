-- A teacher's courses and the counters that are kept with them.
select c.id, c.status, n.rating_count, n.rating_sum
from courses c
join course_counters n on n.course_id = c.id
where c.instructor_id = :instructor_id
order by c.listed_at desc, c.id desc;
