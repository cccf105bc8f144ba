-- Refused jobs by their time, for the list of them, their count and their retention.
-- depends: 0111.tell-refusals-apart
-- transactional: false
-- squawk-ignore-file ban-concurrent-index-creation-in-transaction

drop index concurrently if exists jobs_refused;
create index concurrently jobs_refused on jobs (finished_at, id) where status = 'refused';
