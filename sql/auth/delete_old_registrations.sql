-- Deletes registrations that nobody confirmed in time.
delete from pending_registrations where created_at < now() - interval '2 days';
