-- A file that is about to come, before its object: a crash leaves a row that the sweep finds.
insert into files
    (uploader_id, filename, content_type, is_public, status, size, claim, alive_until)
values
    (:uploader_id, :filename, :content_type, :is_public, :status, :size, :claim,
     now() + :seconds::float8 * interval '1 second')
returning id;
