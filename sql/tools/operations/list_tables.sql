-- Every table of ours that holds rows, as a statement may name it: quoted, and with its schema
-- where that is not `public`.
select oid::regclass::text
from pg_class
where relkind = 'r' and relnamespace in (select oid from pg_namespace
                                         where nspname in ('public', 'figures'))
order by 1;
