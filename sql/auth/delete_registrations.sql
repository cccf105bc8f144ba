-- Deletes the waiting registrations of an address, and with them their tokens.
delete from pending_registrations where email_key = :email_key;
