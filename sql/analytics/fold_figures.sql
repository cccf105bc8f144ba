-- The totals, moved by what changed.
insert into figures as kept (scope, name, n)
select scope, name, sum(n) from figure_moves group by scope, name
on conflict on constraint figures_pkey do update set n = kept.n + excluded.n;
