-- transactional: false
drop index concurrently if exists certificates_edition_once;
