-- Copies the quizzes of one course to another, with their questions; returns old and new ids. What
-- another system calls a question stays with the one that it means.
with pairs as materialized (
    select id as old_id, uuid_v7() as new_id from quizzes where course_id = :course_id
),
copied as (
    insert into quizzes
        (id, course_id, title, description, time_limit_minutes, passing_score, max_attempts,
         shuffle_questions, shuffle_options, is_required, status, show_results, available_from,
         available_until, created_at)
    select pairs.new_id, :copy_id, q.title, q.description, q.time_limit_minutes, q.passing_score,
           q.max_attempts, q.shuffle_questions, q.shuffle_options, q.is_required, q.status,
           q.show_results, q.available_from, q.available_until,
           -- With times one after the other, so that the list keeps their order.
           clock_timestamp() + row_number() over (order by q.created_at, q.id)
               * interval '1 microsecond'
    from pairs
    join quizzes q on q.id = pairs.old_id
),
asked as materialized (
    select questions.id as old_id, uuid_v7() as new_id, pairs.new_id as quiz_id
    from pairs
    join questions on questions.quiz_id = pairs.old_id
),
copied_questions as (
    insert into questions
        (id, quiz_id, type, name, text, text_format, points, position, explanation,
         explanation_format, options, answer, tags, source)
    select asked.new_id, asked.quiz_id, q.type, q.name, q.text, q.text_format, q.points,
           q.position, q.explanation, q.explanation_format, q.options, q.answer, q.tags, q.source
    from asked
    join questions q on q.id = asked.old_id
),
shown as (
    insert into question_files (question_id, file_id, quiz_id)
    select asked.new_id, f.file_id, asked.quiz_id
    from asked
    join questions q on q.id = asked.old_id
    join question_files f on f.question_id = q.id
    -- Without files that were detached from the question and that only old attempts keep.
    where strpos(concat_ws(' ', q.text, q.explanation, q.options::text, q.answer::text),
                 '/api/v1/files/' || f.file_id || '/') > 0
)
select old_id, new_id from pairs
union all
select old_id, new_id from asked;
