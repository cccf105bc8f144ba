-- transactional: false
drop index concurrently if exists course_documents_old;
