-- transactional: false
drop index concurrently if exists jobs_refused;
