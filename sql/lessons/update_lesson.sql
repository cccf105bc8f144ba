-- Writes all the fields that an author may change.
update lessons
set title = :title, content_type = :content_type, content = :content, video_url = :video_url,
    file_id = :file_id, quiz_id = :quiz_id, duration_minutes = :duration_minutes,
    is_preview = :is_preview, metadata = :metadata
where id = :lesson_id and removed_at is null;
