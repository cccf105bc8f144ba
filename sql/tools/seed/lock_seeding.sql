-- Who loads demo data waits for another who does, until the transaction ends.
select pg_advisory_xact_lock(hashtextextended('lms seed', 0));
