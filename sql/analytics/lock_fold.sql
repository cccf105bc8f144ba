-- Whether this transaction is the one that folds; another waits for nothing.
select pg_try_advisory_xact_lock(hashtextextended('lms fold', 0));
