-- Registrations with the person's address that were not confirmed.
select email, full_name, created_at
from pending_registrations where email_key = :email_key order by created_at, id;
