-- People whose name or address has these letters, some of them if there are many.
select id from users
where findable like findable_pattern(:q)
limit :limit;
