-- Locks a certificate; returns its status.
select status from certificates where id = :certificate_id for no key update;
