-- Notes that an upload is still running.
update files set alive_until = now() + :seconds::float8 * interval '1 second'
where id = :file_id and status = 'storing';
