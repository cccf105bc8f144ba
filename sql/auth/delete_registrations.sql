-- Nothing waits for this address any more; their tokens go with them.
delete from pending_registrations where email_key = :email_key;
