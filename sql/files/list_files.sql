-- A page of files, newest first: one uploader's, or everyone's.
select f.id, f.filename, f.content_type, f.size, encode(f.sha256, 'hex') as sha256, f.is_public,
       f.uploader_id, file_url(f.id, 'download') as url, f.created_at, f.updated_at,
       '{}'::text[] as seen_as, null::uuid as reader_id, null as reader_role
from files f
where f.status = 'ready'
  and (:uploader_id::uuid is null or f.uploader_id = :uploader_id)
  and (:content_types::text[] is null or f.content_type = any(:content_types))
  and (:q::text is null or fold_name(f.filename) like name_pattern(:q))
  and (f.created_at, f.id) < (:before_time, :before_id)
order by f.created_at desc, f.id desc
limit :limit;
