-- A page of the quizzes that someone may see, the oldest first; to a student with the limit and the
-- end that are the student's own.
select q.id, q.course_id, q.title, q.description,
       q.time_limit_minutes + coalesce(x.extra_minutes, 0) as time_limit_minutes, q.passing_score,
       q.max_attempts, q.shuffle_questions, q.shuffle_options, q.is_required, q.status,
       q.show_results, q.available_from,
       own_end(q.available_until, x.extra_minutes, x.available_until) as available_until,
       q.question_count, q.total_points, q.created_at, q.updated_at
from quiz_details q
left join quiz_extensions x
    on x.quiz_id = q.id and x.user_id = :viewer_id::uuid
    and not :sees_all and q.instructor_id is distinct from :teacher_id
where (:course_id::uuid is null or q.course_id = :course_id)
  and (:updated_since::timestamptz is null or q.updated_at >= :updated_since)
  and (:sees_all::boolean or q.instructor_id = :teacher_id::uuid
       or (q.status = 'published'
           and (q.course_status <> 'draft'
                or exists (select from enrollments e
                           where e.course_id = q.course_id
                             and e.student_id = :viewer_id and has_access(e)))))
  and (q.created_at, q.id) > (:after_time, :after_id)
order by q.created_at, q.id
limit :limit;
