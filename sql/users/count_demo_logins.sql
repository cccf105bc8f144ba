-- How many of the demo accounts are there.
select count(*) from users where email_key = any(:emails);
