-- Locks a file while it is changed or deleted.
select id, uploader_id, content_type, filename, is_public, updated_at
from files
where id = :file_id and status = 'ready'
for update;
