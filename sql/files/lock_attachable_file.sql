-- Locks a file against deletion while its uploader, or an admin, attaches it to something.
select content_type
from files
where id = :file_id and status = 'ready' and (uploader_id = :user_id or :is_admin::boolean)
for key share;
