-- Publishes, takes back or archives a course. The catalogue sorts by the first publication.
update courses
set status = :status,
    published_at = case when :status = 'published' then coalesce(published_at, now())
                        else published_at end
where id = :course_id;
