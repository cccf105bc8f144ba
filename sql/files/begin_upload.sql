-- A file that is about to arrive, before its object: after a crash the sweep finds the row.
insert into files
    (uploader_id, filename, content_type, is_public, status, size, claim, alive_until)
values
    (:uploader_id, :filename, :content_type, :is_public, :status, :size, :claim,
     now() + :seconds::float8 * interval '1 second')
returning id;
