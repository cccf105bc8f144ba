-- Copies the lessons of one course to another in the same order; returns old and new ids.
with pairs as materialized (
    select id as lesson_id, uuid_v7() as copy_id
    from (select id from current_lessons where course_id = :course_id order by position) as taken
),
copied as (
    insert into lessons
        (id, course_id, title, content_type, content, video_url, file_id, quiz_id,
         duration_minutes, is_preview, position, metadata)
    select pairs.copy_id, :copy_id, l.title, l.content_type, l.content, l.video_url, l.file_id,
           (:quiz_ids::jsonb ->> l.quiz_id::text)::uuid, l.duration_minutes, l.is_preview,
           l.position, l.metadata
    from pairs
    join current_lessons l on l.id = pairs.lesson_id
)
select lesson_id, copy_id from pairs;
