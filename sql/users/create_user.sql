-- A new person.
insert into users (email, email_key, full_name, password_hash, role)
values (:email, :email_key, :full_name, :password_hash, :role)
returning id;
