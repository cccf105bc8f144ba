-- Deletes a batch of browsers and networks long unseen; a sign-in from them is new again.
delete from sign_in_places
where ctid = any(array(
    select ctid from sign_in_places
    where last_at < :before
    order by last_at
    limit :limit
    for update skip locked
));
