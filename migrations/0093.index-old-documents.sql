-- The course documents that are still to be made anew; empty once they are.
-- depends: 0092.tell-names-apart
-- transactional: false
-- squawk-ignore-file ban-concurrent-index-creation-in-transaction

drop index concurrently if exists course_documents_old;
create index concurrently course_documents_old on course_documents (course_id) where form < 2;
