-- transactional: false
drop index concurrently if exists lessons_by_quiz;
