-- Claims the completion of a straight-to-storage upload, also after an earlier completion that
-- died. No row while another completion is running.
update files set status = 'storing', alive_until = now() + :seconds::float8 * interval '1 second'
where id = :file_id and uploader_id = :uploader_id
  and (status = 'awaiting' or (status = 'storing' and alive_until < now()))
returning id;
