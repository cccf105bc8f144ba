-- Every table of ours.
select tablename::text from pg_tables where schemaname = 'public' order by tablename;
