-- An account that waits for its link to be used.
insert into pending_registrations (email, email_key, full_name, password_hash)
values (:email, :email_key, :full_name, :password_hash)
returning id;
