-- The tables that there are.
select tablename::text from pg_tables
where schemaname = 'public' and tablename not like '%yoyo%'
order by tablename;
