-- Writes all the fields of a person that an admin may change.
update users set full_name = :full_name, role = :role, is_active = :is_active
where id = :user_id and erased_at is null;
