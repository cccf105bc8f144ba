-- A file that its uploader, or an admin, attaches to something; held against deletion until then.
select content_type
from files
where id = :file_id and status = 'ready' and (uploader_id = :user_id or :is_admin::boolean)
for key share;
