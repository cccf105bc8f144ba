-- One more failure of an account in a network; no row if it has to wait already.
-- The fifth within five minutes waits 30 s, each later one twice as long, at most an hour;
-- a day without a failure forgets them.
insert into login_throttles as t
    (account_key, network, failures, window_started_at, last_failure_at)
values (:account_key, :network, 1, clock_timestamp(), clock_timestamp())
on conflict (account_key, network) do update
set (failures, window_started_at, last_failure_at, blocked_until) = (
    select counted.failures,
           case when counted.failures = 1 then clock_timestamp() else t.window_started_at end,
           clock_timestamp(),
           case when counted.failures >= 5 then clock_timestamp()
               + least(30 * 2 ^ least(counted.failures - 5, 10), 3600) * interval '1 second'
           end
    from (
        select case
            when t.last_failure_at <= clock_timestamp() - interval '1 day' then 1
            when t.failures < 5
                and t.window_started_at <= clock_timestamp() - interval '5 minutes' then 1
            else t.failures + 1
        end as failures
    ) as counted
)
where t.blocked_until is null or t.blocked_until <= clock_timestamp()
returning true;
