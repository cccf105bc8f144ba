-- A student's extension of a quiz; null parameters leave their columns as they are.
insert into quiz_extensions as kept (quiz_id, user_id, extra_minutes, extra_attempts)
values (:quiz_id, :user_id, coalesce(:extra_minutes::integer, 0),
        coalesce(:extra_attempts::integer, 0))
on conflict on constraint quiz_extensions_pkey do update
set extra_minutes = coalesce(:extra_minutes, kept.extra_minutes),
    extra_attempts = coalesce(:extra_attempts, kept.extra_attempts)
returning quiz_id, user_id, extra_minutes, extra_attempts, created_at, updated_at;
