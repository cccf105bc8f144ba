-- A new sign-in, from this network with this browser: whether the two are new to someone who has
-- signed in elsewhere. Beyond the most sessions that a person may have, those end whose last
-- sign-in or refresh is longest ago; the caller holds the account, so nobody counts meanwhile.
with opened as (
    insert into sessions (id, user_id, refresh_hash, ip, device, expires_at)
    values (:id, :user_id, :refresh_hash, :ip::text::inet, :device,
            now() + make_interval(days => :days))
), too_many as (
    update sessions set revoked_at = now()
    where id in (
        select id from sessions
        where user_id = :user_id and revoked_at is null and expires_at > now()
        order by last_used_at desc, id desc
        offset :most_sessions::int - 1  -- the new one is not seen here
    )
), known as (
    select count(*) as places,
           count(*) filter (where network = :network and browser = :browser) as same
    from sign_in_places where user_id = :user_id
), noted as (
    insert into sign_in_places (user_id, network, browser)
    values (:user_id, :network, :browser)
    on conflict (user_id, network, browser) do update set last_at = now()
)
select same = 0 and places > 0 as is_strange from known;
