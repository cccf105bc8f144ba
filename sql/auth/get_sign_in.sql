-- What a sign-in needs: the account, if there is one, and the counts that may hold it back.
select u.id as user_id, u.password_hash, coalesce(u.is_active, false) as is_active,
       ceil(extract(epoch from greatest(
           t.blocked_until - clock_timestamp(),
           a.window_started_at + interval '1 minute' - clock_timestamp(),
           interval '0'
       )))::int as wait_seconds,
       coalesce(s.failures >= 100, false) and not exists (
           select from sign_in_places p where p.user_id = u.id and p.network = :network
       ) as needs_reset
from (select) as sign_in
left join users u on u.email_key = :email_key
left join login_throttles t on t.account_key = :account_key and t.network = :network
left join login_streaks s on s.account_key = :account_key
left join login_addresses a
    on a.address = :address and :address_limit::int > 0 and a.failures >= :address_limit;
