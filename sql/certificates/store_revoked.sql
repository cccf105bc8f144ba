-- The PDF of a revoked certificate, with the mark, is stored.
update certificates
set storage_key = :storage_key
where id = :certificate_id and status = 'revoked';
