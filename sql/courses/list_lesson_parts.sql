-- All lessons of a course with what publishing checks; of a text only the beginning.
select id, title, content_type, left(content, 1000) as content, video_url, file_id, quiz_id,
       updated_at
from current_lessons
where course_id = :course_id
order by position;
