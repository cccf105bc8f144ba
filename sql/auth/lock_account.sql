-- Locks an account, if its password is still the one that was checked and it may sign in.
select id
from users
where id = :user_id and is_active and password_hash = :password_hash
for no key update;
