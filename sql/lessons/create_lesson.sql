-- A new last lesson.
insert into lessons
    (course_id, title, content_type, content, video_url, file_id, quiz_id, duration_minutes,
     is_preview, metadata, position)
select :course_id, :title, :content_type, :content, :video_url, :file_id, :quiz_id,
       :duration_minutes, :is_preview, :metadata, coalesce(max(position), 0) + 1
from current_lessons
where course_id = :course_id
returning id;
