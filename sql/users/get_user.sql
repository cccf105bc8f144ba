-- A person as she sees herself.
select id, email, full_name, role, is_active, email_verified_at is not null as email_verified,
       false as mfa_enabled, bio, null::text as avatar_url, timezone, locale, metadata,
       created_at, updated_at
from users
where id = :user_id;
