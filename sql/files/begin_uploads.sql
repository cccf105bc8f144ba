-- Files that are about to arrive together, with ids that texts name already.
insert into files (id, uploader_id, filename, content_type, status, size, alive_until)
select new.id, :uploader_id, new.filename, new.content_type, 'storing', new.size,
       now() + :seconds::float8 * interval '1 second'
from unnest(:ids::uuid[], :filenames::text[], :content_types::text[], :sizes::bigint[])
         as new (id, filename, content_type, size);
