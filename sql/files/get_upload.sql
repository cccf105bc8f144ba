-- A file that is expected, or that has arrived, with its uploader.
select id, uploader_id, filename, content_type, size, is_public, status, alive_until
from files
where id = :file_id;
