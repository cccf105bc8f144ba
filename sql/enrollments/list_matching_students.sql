-- People whose name or address has these letters, some of them if there are many.
select id from users
where findable_person(full_name, email) like name_pattern(:q)
limit :limit;
