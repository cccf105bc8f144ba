-- Each edition of an enrolment's certificate is there once; 0087 makes a constraint of it.
-- depends: 0085.put-right
-- transactional: false
-- squawk-ignore-file ban-concurrent-index-creation-in-transaction
drop index concurrently if exists certificates_edition_once;
create unique index concurrently certificates_edition_once
    on certificates (enrollment_id, edition);
