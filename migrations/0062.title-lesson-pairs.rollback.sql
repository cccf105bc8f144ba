drop view both_moves;
drop view lesson_pairs;

create view lesson_pairs as
select p.course_id, p.lesson_id, p.position, p.previous_id,
       coalesce(array_position(o.lessons, p.lesson_id)
                = array_position(o.lessons, p.previous_id) + 1, false) as is_counted
from (select course_id, id as lesson_id, position,
             lag(id) over (partition by course_id order by position) as previous_id
      from current_lessons) as p
left join course_outlines o on o.course_id = p.course_id;

create view both_moves as
select x.course_id, x.lesson_id,
       (here.now = 1 and there.now = 1)::integer
       - (here.now - here.since = 1 and there.now - there.since = 1)::integer as n
from (select distinct p.course_id, p.lesson_id, p.previous_id, c.enrollment_id
      from lesson_pairs p
      join lesson_changes c
          on c.course_id = p.course_id and c.lesson_id in (p.lesson_id, p.previous_id)
      where p.previous_id is not null) as x
cross join lateral (
    select (select count(p.completed_at) from lesson_progress p
            where p.enrollment_id = x.enrollment_id and p.lesson_id = x.lesson_id) as now,
           (select coalesce(sum(c.n), 0) from lesson_changes c
            where c.course_id = x.course_id and c.enrollment_id = x.enrollment_id
              and c.lesson_id = x.lesson_id) as since
) as here
cross join lateral (
    select (select count(p.completed_at) from lesson_progress p
            where p.enrollment_id = x.enrollment_id and p.lesson_id = x.previous_id) as now,
           (select coalesce(sum(c.n), 0) from lesson_changes c
            where c.course_id = x.course_id and c.enrollment_id = x.enrollment_id
              and c.lesson_id = x.previous_id) as since
) as there;
