-- Which lessons show a quiz: asked when it is passed, and when it is deleted.
-- depends: 0019.create-quizzes
-- transactional: false
create index concurrently if not exists lessons_by_quiz on lessons (quiz_id) where quiz_id is not null;
