-- A straight-to-storage upload for whoever completes it first; a completion that died may be
-- taken over. No row while another one runs.
update files set status = 'storing', alive_until = now() + :seconds::float8 * interval '1 second'
where id = :file_id and uploader_id = :uploader_id
  and (status = 'awaiting' or (status = 'storing' and alive_until < now()))
returning id;
