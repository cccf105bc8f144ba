-- Who shows a file: asked at each download by others than its uploader, and at its deletion.
-- depends: 0016.create-files
-- transactional: false
-- squawk-ignore-file ban-concurrent-index-creation-in-transaction

create index concurrently if not exists lessons_by_file
    on lessons (file_id) where file_id is not null;
create index concurrently if not exists courses_by_thumbnail
    on courses (thumbnail_file_id) where thumbnail_file_id is not null;
create index concurrently if not exists courses_by_certificate_logo
    on courses (certificate_logo_file_id) where certificate_logo_file_id is not null;
create index concurrently if not exists courses_by_certificate_signature
    on courses (certificate_signature_file_id) where certificate_signature_file_id is not null;
create index concurrently if not exists users_by_avatar
    on users (avatar_file_id) where avatar_file_id is not null;
alter table courses validate constraint courses_thumbnail;
alter table courses validate constraint courses_certificate_logo;
alter table courses validate constraint courses_certificate_signature;
alter table lessons validate constraint lessons_file;
alter table users validate constraint users_avatar;
