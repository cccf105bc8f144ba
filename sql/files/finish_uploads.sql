-- Makes stored uploads files, if their uploader has room for them all. Returns how many rows became
-- ready; the caller undoes it unless that is all of them.
with room as (
    insert into file_usage (user_id, bytes)
    select :uploader_id, :total where :total <= :quota::bigint
    on conflict (user_id) do update set bytes = file_usage.bytes + excluded.bytes
        where file_usage.bytes + excluded.bytes <= :quota
    returning user_id
)
update files
set status = 'ready', sha256 = new.sha256, alive_until = null
from room, unnest(:ids::uuid[], :digests::bytea[]) as new (id, sha256)
where files.id = new.id and files.status = 'storing';
