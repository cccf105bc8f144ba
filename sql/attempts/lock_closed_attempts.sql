-- Locks a quiz's closed attempts while they are regraded.
select id from attempts
where quiz_id = :quiz_id and status <> 'in_progress'
order by id
for no key update;
