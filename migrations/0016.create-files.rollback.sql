alter table users drop constraint users_avatar;
alter table lessons drop constraint lessons_file;
drop trigger courses_certificate_files on courses;
drop function note_certificate_files();
alter table courses
    drop constraint courses_thumbnail,
    drop column certificate_logo_file_id,
    drop column certificate_signature_file_id;
drop table file_usage, files;
