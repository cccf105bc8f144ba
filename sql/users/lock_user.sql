-- Locks a person's row while it is changed.
select updated_at from users where id = :user_id for update;
