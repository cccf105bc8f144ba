-- One quiz; with the limit and the end of a student who was granted others.
select q.id, q.course_id, q.title, q.description,
       q.time_limit_minutes + coalesce(x.extra_minutes, 0) as time_limit_minutes, q.passing_score,
       q.max_attempts, q.shuffle_questions, q.shuffle_options, q.is_required, q.status,
       q.show_results, q.available_from,
       own_end(q.available_until, x.extra_minutes, x.available_until) as available_until,
       q.question_count, q.total_points, q.created_at, q.updated_at
from quiz_details q
left join quiz_extensions x on x.quiz_id = q.id and x.user_id = :student_id::uuid
where q.id = :quiz_id;
