-- transactional: false
drop index concurrently if exists users_by_findable;
drop index concurrently if exists users_findable;
create index concurrently users_findable
    on users using gin (findable_person(full_name, email) gin_trgm_ops);
