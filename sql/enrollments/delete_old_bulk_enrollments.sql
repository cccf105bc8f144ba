-- Deletes a batch of bulk enrolments past their retention: the addresses in them are people's.
delete from bulk_enrollments
where ctid = any(array(
    select ctid from bulk_enrollments
    where status = 'done' and finished_at < :before
    order by finished_at
    limit :limit
    for update skip locked
));
