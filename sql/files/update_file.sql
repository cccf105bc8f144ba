-- Writes all the fields of a file that its uploader may change.
update files set filename = :filename, is_public = :is_public where id = :file_id;
