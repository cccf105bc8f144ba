-- A success from this network with this browser: whether the pair is new, and the first of all.
with known as (
    select count(*) as places,
           count(*) filter (where network = :network and browser = :browser) as same
    from sign_in_places where user_id = :user_id
), noted as (
    insert into sign_in_places (user_id, network, browser)
    values (:user_id, :network, :browser)
    on conflict (user_id, network, browser) do update set last_at = now()
)
select same = 0 and places > 0 as is_strange from known;
