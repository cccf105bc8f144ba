-- One quiz.
select id, course_id, title, description, time_limit_minutes, passing_score, max_attempts,
       shuffle_questions, shuffle_options, is_required, status, show_results, available_from,
       available_until, question_count, total_points, created_at, updated_at
from quiz_details
where id = :quiz_id;
