-- Lists and searches of users stay flat as they grow.
-- depends: 0011.complete-identity
-- transactional: false
-- squawk-ignore-file ban-concurrent-index-creation-in-transaction

create index concurrently if not exists users_by_time on users (created_at desc, id desc);
create index concurrently if not exists users_by_name_part on users using gin (full_name gin_trgm_ops);
create index concurrently if not exists users_by_email_part on users using gin (email gin_trgm_ops);
create index concurrently if not exists users_admins on users (id) where role = 'admin';
