-- The person a mail goes to; no row once they are erased.
select id, email, full_name from users where id = :user_id and erased_at is null;
