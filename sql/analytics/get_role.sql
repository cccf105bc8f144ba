-- The role of the person with this id; no row if there is none.
select role from users where id = :user_id;
