-- A page of people, the newest first.
select id, email, full_name, role, is_active, email_verified, mfa_enabled, bio, avatar_url,
       timezone, locale, metadata, created_at, updated_at
from user_details
where (:role::text is null or role = :role)
  and (:is_active::boolean is null or is_active = :is_active)
  and (:q::text is null or findable like findable_pattern(:q))
  and (:updated_since::timestamptz is null or updated_at >= :updated_since)
  and (created_at, id) < (:before_time, :before_id)
order by created_at desc, id desc
limit :limit;
