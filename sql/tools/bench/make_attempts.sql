-- A quiz of some questions in the course with this slug, and an open attempt of each student in it.
with quiz as (
    insert into quizzes (course_id, title, status, time_limit_minutes)
    select id, 'What do you remember?', 'published', 600 from courses where slug = :slug
    returning id, course_id
),
attempt as (
    insert into attempts
        (quiz_id, student_id, enrollment_id, number, passing_score, time_limit_minutes,
         expires_at, max_points)
    select quiz.id, e.student_id, e.id, 1, 70, 600, now() + interval '10 hours', :questions
    from quiz
    join enrollments e on e.course_id = quiz.course_id
    returning id
)
insert into attempt_questions
    (attempt_id, position, question_id, type, text, points, options, key, asked_at)
select attempt.id, n, uuid_v7(), 'multiple_choice',
       'Which of these belong to question ' || n || '? ' || repeat('It says a bit more. ', 5), 1,
       (select jsonb_agg(jsonb_build_object('id', n || '-' || o, 'text', 'Option ' || o))
        from generate_series(1, 5) as o),
       jsonb_build_array(n || '-1'), now()
from attempt, generate_series(1, :questions::integer) as n;
