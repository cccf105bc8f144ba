-- Holds a certificate; its status, and when it was last written.
select status, updated_at from certificates where id = :certificate_id for no key update;
