-- How many files there are on all pages.
select count(*)::integer
from files f
where f.status = 'ready'
  and (:uploader_id::uuid is null or f.uploader_id = :uploader_id)
  and (:content_types::text[] is null or f.content_type = any(:content_types))
  and (:q::text is null or fold_name(f.filename) like name_pattern(:q));
