-- What its uploader may change of a file, sent whole.
update files set filename = :filename, is_public = :is_public where id = :file_id;
