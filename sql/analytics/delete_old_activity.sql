-- Deletes a batch of the last hours of people who learned nothing for long; a trigger tells the
-- figures.
delete from user_activity
where ctid = any(array(
    select ctid from user_activity
    where active_hour < floor(extract(epoch from :before::timestamptz) / 3600)::bigint
    order by active_hour
    limit :limit
    for update skip locked
));
