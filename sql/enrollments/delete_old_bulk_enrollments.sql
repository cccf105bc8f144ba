-- Deletes a bulk enrolment past its retention: the addresses in it are people's.
delete from bulk_enrollments
where id in (
    select id from bulk_enrollments
    where status = 'done' and finished_at < now() - make_interval(days => :days)
    order by finished_at
    limit :limit
    for update skip locked
);
