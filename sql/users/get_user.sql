-- A person as they themselves and admins see them.
select id, email, full_name, role, is_active, email_verified, mfa_enabled, bio, avatar_url,
       timezone, locale, metadata, created_at, updated_at
from user_details
where id = :user_id;
