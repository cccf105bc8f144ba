-- Makes the child the live refresh token, and the token that was live its parent; returns the
-- seconds that the child lives.
update sessions
set parent_hash = refresh_hash, refresh_hash = :child_hash, rotated_at = now(),
    last_used_at = now(),
    expires_at = least(
        now() + make_interval(days => :days), created_at + make_interval(days => :most_days)
    )
where id = :session_id
returning ceil(extract(epoch from expires_at - now()))::int as seconds_left;
