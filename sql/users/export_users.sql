-- The account, without the secrets that prove the person's identity.
select id, email, full_name, role, is_active, email_verified_at, bio, avatar_file_id, timezone,
       locale, metadata, created_at, updated_at
from users where id = :user_id;
