-- Locks some active enrolments of a course with nothing left to do, after a given one.
select e.id
from enrollments e
where e.course_id = :course_id and e.status = 'active' and e.id > :after_id
  and e.done_lessons >= (select max(position) from lessons where course_id = :course_id)
  and e.id in (select f.id from finished_enrollments f where f.course_id = :course_id)
order by e.id
limit :limit
for update of e;
