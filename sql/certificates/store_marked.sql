-- The PDF of a certificate that was withdrawn is stored, with its mark.
update certificates
set storage_key = :storage_key
where id = :certificate_id and status in ('revoked', 'replaced') and student_name = :student_name;
