-- What a signed-in user proves their identity with.
select id, email, full_name, password_hash, email_verified_at is not null as email_verified,
       is_email_doubted
from users
where id = :user_id and is_active;
