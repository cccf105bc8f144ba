-- transactional: false
drop index concurrently if exists users_by_time;
drop index concurrently if exists users_by_name_part;
drop index concurrently if exists users_by_email_part;
drop index concurrently if exists users_admins;
