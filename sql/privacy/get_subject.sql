-- By what a person is found in the tables.
select id, email, email_key, full_name, updated_at from users where id = :user_id;
