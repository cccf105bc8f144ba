-- The ids by which a person's rows are found in the tables.
select id, email, email_key, full_name, updated_at from users where id = :user_id;
