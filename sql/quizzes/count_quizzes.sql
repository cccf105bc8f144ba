-- How many quizzes the list would show in all.
select count(*)
from quiz_details
where (:course_id::uuid is null or course_id = :course_id)
  and (:updated_since::timestamptz is null or updated_at >= :updated_since)
  and (:sees_all::boolean or instructor_id = :teacher_id::uuid
       or (status = 'published'
           and (course_status <> 'draft'
                or exists (select from enrollments e
                           where e.course_id = quiz_details.course_id
                             and e.student_id = :viewer_id::uuid and has_access(e)))));
