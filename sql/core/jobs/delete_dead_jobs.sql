-- Deletes a batch of dead jobs past their retention, so that no statement takes long.
delete from jobs
where id in (
    select id
    from jobs
    where status = 'dead' and finished_at < now() - make_interval(days => :days)
    order by finished_at
    limit :limit
    for update skip locked
);
