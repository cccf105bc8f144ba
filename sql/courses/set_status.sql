-- Publish, take back or archive. The first publication is what the catalogue sorts by.
update courses
set status = :status,
    published_at = case when :status = 'published' then coalesce(published_at, now())
                        else published_at end
where id = :course_id;
