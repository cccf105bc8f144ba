-- Issues a certificate whose PDF is stored. Its date is that of the promise, so that drawing it
-- again gives the same bytes.
update certificates
set status = 'issued', issued_at = created_at, storage_key = :storage_key, design = :design,
    language = :language
where id = :certificate_id and status = 'pending'
returning id;
