-- People whose name or address has these letters, some of them if there are many.
select id from users
where full_name ilike :pattern or email ilike :pattern
limit :limit;
