-- Nothing was sent yet: the client may still send the file until the same time.
update files set status = 'awaiting', alive_until = created_at + :seconds::float8 * interval '1 second'
where id = :file_id and status = 'storing';
