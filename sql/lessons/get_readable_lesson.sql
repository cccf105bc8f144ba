-- One lesson that its course still has, and the facts that decide who may read it.
select l.id, l.course_id, l.title, l.content_type, l.content, l.video_url, l.file_id,
       file_url(l.file_id, 'download') as file_url, l.quiz_id,
       l.duration_minutes, l.is_preview, l.position, l.metadata, l.created_at, l.updated_at,
       c.instructor_id, c.status as course_status,
       exists (select from enrollments e
               where e.course_id = l.course_id and e.student_id = :user_id::uuid
                 and has_access(e)) as is_enrolled
from current_lessons l
join courses c on c.id = l.course_id
where l.id = :lesson_id;
