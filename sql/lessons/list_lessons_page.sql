-- A page of a course's lessons, in their order.
select id, course_id, title, content_type, content, video_url, file_id,
       file_url(file_id, 'download') as file_url, quiz_id,
       duration_minutes, is_preview, position, metadata, created_at, updated_at
from current_lessons
where course_id = :course_id and position > :after_position
order by position
limit :limit;
