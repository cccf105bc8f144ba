-- The few jobs that carry an address, so that erasing a person finds them at any size.
-- depends: 0035.erase-people
-- transactional: false
-- squawk-ignore-file ban-concurrent-index-creation-in-transaction
drop index concurrently if exists jobs_by_address;
create index concurrently jobs_by_address
    on jobs ((coalesce(args ->> 'to_address', args ->> 'email_key')))
    where coalesce(args ->> 'to_address', args ->> 'email_key') is not null;
