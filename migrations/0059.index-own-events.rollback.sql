-- transactional: false
drop index concurrently if exists events_by_instructor;
