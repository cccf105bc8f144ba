-- Makes a stored upload a file, if its uploader has room for it; no row if not.
with room as (
    insert into file_usage (user_id, bytes)
    select :uploader_id, :size where :size <= :quota::bigint
    on conflict (user_id) do update set bytes = file_usage.bytes + excluded.bytes
        where file_usage.bytes + excluded.bytes <= :quota
    returning user_id
)
update files
set status = 'ready', size = :size, sha256 = :sha256, is_public = :is_public,
    claim = null, alive_until = null
from room
where id = :file_id and status = 'storing'
returning id;
