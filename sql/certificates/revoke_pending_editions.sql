-- Revokes what is being made in place of a certificate, so that it is never issued.
update certificates later
set status = 'revoked', revoked_at = now(), revoked_reason = :reason
from certificates k
where k.id = :certificate_id and later.enrollment_id = k.enrollment_id
  and later.edition > k.edition and later.status = 'pending'
returning later.id;
