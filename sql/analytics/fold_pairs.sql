-- Adds the changes since the last fold to how many enrolments have completed both lessons of a
-- pair, for pairs that were neighbours at the last fold already.
insert into figures.figures as kept (scope, name, n)
select m.lesson_id, 'both', sum(m.n)
from figures.both_moves m
join figures.lesson_pairs p
    on p.course_id = m.course_id and p.lesson_id = m.lesson_id and p.is_counted
where m.course_id = any(:course_ids::uuid[]) and p.course_id = any(:course_ids::uuid[])
group by m.lesson_id
on conflict on constraint figures_pkey do update set n = kept.n + excluded.n;
