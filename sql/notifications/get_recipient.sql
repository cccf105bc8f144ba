-- The person a mail goes to.
select id, email, full_name from users where id = :user_id;
