-- The few jobs that carry an address which is not the account's, so that erasing a person finds
-- them at any size.
-- depends: 0036.index-jobs-by-address
-- transactional: false
-- squawk-ignore-file ban-concurrent-index-creation-in-transaction
drop index concurrently if exists jobs_by_person;
create index concurrently jobs_by_person
    on jobs ((args -> 'context' ->> 'user_id'))
    where args -> 'context' ->> 'user_id' is not null;
