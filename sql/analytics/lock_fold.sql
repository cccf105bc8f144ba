-- Whether this transaction may fold; if another one is folding, false without waiting.
select pg_try_advisory_xact_lock(hashtextextended('lms fold', 0));
