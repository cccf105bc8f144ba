-- How many bytes of a quota a person's files leave, also those that were promised a place.
select :quota::bigint
    - coalesce((select bytes from file_usage where user_id = :user_id), 0)
    - coalesce((select sum(size) from files
                where uploader_id = :user_id and status <> 'ready' and alive_until > now()), 0)
    ::bigint as room;
