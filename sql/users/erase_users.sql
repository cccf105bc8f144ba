-- Empties the account but keeps its row, since other rows refer to it.
update users
set email = id::text || '@erased.invalid', email_key = id::text || '@erased.invalid',
    full_name = 'Erased user', password_hash = null, is_active = false, email_verified_at = null,
    bio = null, avatar_file_id = null, timezone = 'UTC', locale = 'en', metadata = '{}',
    erased_at = now()
where id = :user_id;
