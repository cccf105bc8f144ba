-- Adds the changes since the last fold to the plain totals.
insert into figures.figures as kept (scope, name, n)
select scope, name, sum(n) from figures.figure_moves group by scope, name
on conflict on constraint figures_pkey do update set n = kept.n + excluded.n;
