-- Writes all the fields that people may change in their own profile.
update users
set full_name = :full_name, bio = :bio, timezone = :timezone, locale = :locale,
    metadata = :metadata
where id = :user_id;
