-- Gives a dead or refused job some more tries, from now; touches no row if it is neither.
update jobs
set
    status = 'pending',
    finished_at = null,
    run_at = now(),
    max_attempts = attempts + :more_tries
where id = :id and status in ('dead', 'refused')
returning queue;
