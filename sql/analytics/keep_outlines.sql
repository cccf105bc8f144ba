-- Keeps the lessons for which these courses' progress is counted from now on.
insert into figures.course_outlines as kept (course_id, lessons)
select c.id, coalesce((select array_agg(l.id order by l.position)
                       from current_lessons l where l.course_id = c.id), '{}')
from courses c
where c.id = any(:course_ids::uuid[])
on conflict on constraint course_outlines_pkey do update set lessons = excluded.lessons
where kept.lessons is distinct from excluded.lessons;
