-- Who may see a course's figures, and its ratings.
select c.id, c.title, c.status, c.language, c.instructor_id, n.rating_count, n.rating_sum
from courses c
join course_counters n on n.course_id = c.id
where c.id = :course_id;
