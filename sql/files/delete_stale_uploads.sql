-- Uploads that fell silent a while ago; from here on none of them can become ready.
delete from files
where id in (select id from files
             where status <> 'ready'
               and alive_until < now() - :grace_seconds::float8 * interval '1 second'
             order by alive_until
             limit :limit
             for update skip locked)
returning id;
