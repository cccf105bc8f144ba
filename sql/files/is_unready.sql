-- Whether an upload is still expected or running.
select exists (select from files where id = :file_id and status <> 'ready');
