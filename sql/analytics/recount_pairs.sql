-- How many enrolments have completed both lessons of a pair that became neighbours since the last
-- fold: counted from scratch.
insert into figures.figures (scope, name, n)
select p.lesson_id, 'both', counted.n
from figures.lesson_pairs p
cross join lateral figures.both_done(p.lesson_id, p.previous_id) as counted
where p.course_id = any(:course_ids::uuid[]) and p.previous_id is not null and not p.is_counted
on conflict on constraint figures_pkey do update set n = excluded.n;
