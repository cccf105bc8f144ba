-- Deletes some places past their time: the addresses in them are people's.
delete from invited_places
where id in (
    select id from invited_places
    where expires_at <= now()
    order by expires_at
    limit :limit
    for update skip locked
);
