alter table users drop constraint users_erased_say_nothing;
alter table users drop column erased_at;
