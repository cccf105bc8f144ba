-- The person's uploads.
select id, filename, content_type, size, is_public, created_at
from files where uploader_id = :user_id order by created_at, id;
