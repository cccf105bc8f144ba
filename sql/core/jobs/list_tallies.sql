-- The sums over all worker processes.
select name, subject, result, value from tallies order by name, subject, result;
