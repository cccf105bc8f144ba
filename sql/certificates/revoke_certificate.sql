-- Revokes an issued certificate; its PDF is not shown until it bears the mark.
update certificates
set status = 'revoked', revoked_at = now(), revoked_reason = :reason, storage_key = null
where id = :certificate_id and status = 'issued';
