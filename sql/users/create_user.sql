-- A new person.
insert into users (email, email_key, full_name, password_hash, role, email_verified_at)
values (:email, :email_key, :full_name, :password_hash, :role,
        case when :is_verified::boolean then now() end)
returning id;
