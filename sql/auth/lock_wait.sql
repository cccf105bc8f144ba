-- How long a guess that was let in must still wait, for its client address or for its pair, and
-- whether a success has failures to forget. Locks both rows: an outcome is told only while no other
-- one is counted. The address comes first, as where a failure is counted; otherwise the two could
-- deadlock. If a pair's first failure is counted while this waits, it is not seen, which is
-- harmless.
with address as materialized (
    select window_started_at + interval '1 minute' - clock_timestamp() as wait
    from login_addresses
    where address = :address and :address_limit::int > 0 and failures >= :address_limit
    for update
), pair as materialized (
    select blocked_until - clock_timestamp() as wait
    from login_throttles
    where account_key = :account_key and network = :network
        and (select count(*) from address) >= 0
    for update
)
select ceil(extract(epoch from greatest(
           (select wait from address), (select wait from pair), interval '0'
       )))::int as seconds,
       exists (select from pair)
           or exists (select from login_streaks where account_key = :account_key) as has_failures;
