-- An upload that came to nothing.
delete from files where id = :file_id and status <> 'ready';
