-- A page of the quizzes that someone may see, the oldest first.
select id, course_id, title, description, time_limit_minutes, passing_score, max_attempts,
       shuffle_questions, shuffle_options, is_required, status, show_results, available_from,
       available_until, question_count, total_points, created_at, updated_at
from quiz_details
where (:course_id::uuid is null or course_id = :course_id)
  and (:updated_since::timestamptz is null or updated_at >= :updated_since)
  and (:sees_all::boolean or instructor_id = :teacher_id::uuid
       or (status = 'published'
           and (course_status <> 'draft'
                or exists (select from enrollments e
                           where e.course_id = quiz_details.course_id
                             and e.student_id = :viewer_id::uuid and has_access(e)))))
  and (created_at, id) > (:after_time, :after_id)
order by created_at, id
limit :limit;
