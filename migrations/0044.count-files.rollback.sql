create or replace function note_files() returns void language sql as $$ $$;
drop trigger files_noted_again on files;
drop trigger files_noted on files;
drop function note_file();
delete from figure_changes where name in ('files', 'bytes');
delete from figures where name in ('files', 'bytes');
