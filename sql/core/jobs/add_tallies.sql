-- Adds what a process counted to the sums of all.
insert into tallies as sums (name, subject, result, value)
select name, subject, result, count
from unnest(:names::text[], :subjects::text[], :results::text[], :counts::bigint[])
    as counted (name, subject, result, count)
on conflict on constraint tallies_pkey do update set value = sums.value + excluded.value;
