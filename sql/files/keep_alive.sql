-- The upload still runs.
update files set alive_until = now() + :seconds::float8 * interval '1 second'
where id = :file_id and status = 'storing';
