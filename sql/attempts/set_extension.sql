-- A student's extension of a quiz; what is not named stays. `available_until` may be null.
insert into quiz_extensions as kept
    (quiz_id, user_id, extra_minutes, extra_attempts, available_until)
values (:quiz_id, :user_id, coalesce(:extra_minutes::integer, 0),
        coalesce(:extra_attempts::integer, 0), :available_until::timestamptz)
on conflict on constraint quiz_extensions_pkey do update
set extra_minutes = coalesce(:extra_minutes, kept.extra_minutes),
    extra_attempts = coalesce(:extra_attempts, kept.extra_attempts),
    available_until = case when :names_end::boolean then excluded.available_until
                           else kept.available_until end
returning quiz_id, user_id, extra_minutes, extra_attempts, available_until, created_at,
          updated_at;
