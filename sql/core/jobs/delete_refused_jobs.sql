-- Deletes a batch of refused jobs past their retention, so that no statement takes long.
delete from jobs
where id in (
    select id
    from jobs
    where status = 'refused' and finished_at < now() - make_interval(days => :days)
    order by finished_at
    limit :limit
    for update skip locked
);
