-- The files that a person uploaded and that are still there.
select id from files where uploader_id = :user_id and status = 'ready' order by id;
