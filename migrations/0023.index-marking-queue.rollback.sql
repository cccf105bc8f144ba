-- transactional: false
drop index concurrently if exists attempts_waiting;
