-- A new sign-in.
insert into sessions (id, user_id, refresh_hash, ip, device, expires_at)
values (:id, :user_id, :refresh_hash, :ip::text::inet, :device,
        now() + make_interval(days => :days));
