-- Whether nobody else is working under this key; held until the transaction ends.
select pg_try_advisory_xact_lock(hashtextextended(:name, 0)) as free;
