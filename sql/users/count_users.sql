-- How many people there are.
select count(*) from users;
