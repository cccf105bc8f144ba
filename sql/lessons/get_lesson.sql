-- One lesson that its course still has.
select id, course_id, title, content_type, content, video_url, file_id,
       file_url(file_id, 'download') as file_url, quiz_id,
       duration_minutes, is_preview, position, metadata, created_at, updated_at
from current_lessons
where id = :lesson_id;
