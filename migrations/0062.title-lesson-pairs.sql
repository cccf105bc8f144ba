-- A course's figures name its lessons: with the title at hand nobody joins the lessons once more.
-- depends: 0043.create-figures

create or replace view lesson_pairs as
select p.course_id, p.lesson_id, p.position, p.previous_id,
       coalesce(array_position(o.lessons, p.lesson_id)
                = array_position(o.lessons, p.previous_id) + 1, false) as is_counted,
       p.title
from (select course_id, id as lesson_id, position, title,
             lag(id) over (partition by course_id order by position) as previous_id
      from current_lessons) as p
left join course_outlines o on o.course_id = p.course_id;
