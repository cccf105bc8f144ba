-- Registrations with the person's address that were not confirmed.
delete from pending_registrations where email_key = :email_key;
