-- Holds a certificate; its status.
select status from certificates where id = :certificate_id for no key update;
