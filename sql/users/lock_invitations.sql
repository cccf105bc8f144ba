-- Lets a person invite in one transaction at a time, so that each counts those before it.
select pg_advisory_xact_lock(hashtextextended('invitations:' || :user_id::uuid::text, 0));
