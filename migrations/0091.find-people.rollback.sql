-- transactional: false
drop index concurrently if exists files_findable;
drop index concurrently if exists users_findable;
drop function if exists findable_person(text, text);
drop function if exists name_pattern(text);
drop function if exists fold_name(text);
drop function if exists fold_letters(text);
