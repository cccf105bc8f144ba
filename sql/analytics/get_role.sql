-- Whether there is somebody with this id, and of which role.
select role from users where id = :user_id;
