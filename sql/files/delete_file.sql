-- A file without its object, which a promised job deletes; its uploader has the room again.
with gone as (
    delete from files where id = :file_id and status = 'ready' returning uploader_id, size
)
update file_usage set bytes = bytes - gone.size from gone where user_id = gone.uploader_id;
