-- Waits for other loads of demo data; held until the transaction ends.
select pg_advisory_xact_lock(hashtextextended('lms seed', 0));
