-- What people may change of themselves, sent whole.
update users
set full_name = :full_name, bio = :bio, timezone = :timezone, locale = :locale,
    metadata = :metadata
where id = :user_id;
