-- transactional: false
drop index concurrently if exists enrollments_by_sign;
