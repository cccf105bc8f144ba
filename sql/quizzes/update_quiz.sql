-- Writes all the fields that an author may change.
update quizzes
set title = :title, description = :description, time_limit_minutes = :time_limit_minutes,
    passing_score = :passing_score, max_attempts = :max_attempts,
    shuffle_questions = :shuffle_questions, shuffle_options = :shuffle_options,
    is_required = :is_required, show_results = :show_results, available_from = :available_from,
    available_until = :available_until
where id = :quiz_id;
