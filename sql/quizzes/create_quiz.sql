-- A new quiz, as a draft.
insert into quizzes
    (course_id, title, description, time_limit_minutes, passing_score, max_attempts,
     shuffle_questions, shuffle_options, is_required, show_results, available_from,
     available_until)
values
    (:course_id, :title, :description, :time_limit_minutes, :passing_score, :max_attempts,
     :shuffle_questions, :shuffle_options, :is_required, :show_results, :available_from,
     :available_until)
returning id;
