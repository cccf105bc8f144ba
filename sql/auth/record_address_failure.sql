-- One more failure of a client address; no row if it has used up this minute's limit.
insert into login_addresses as a (address, failures, window_started_at)
values (:address, 1, clock_timestamp())
on conflict (address) do update
set failures = case
        when a.window_started_at <= clock_timestamp() - interval '1 minute' then 1
        else a.failures + 1
    end,
    window_started_at = case
        when a.window_started_at <= clock_timestamp() - interval '1 minute' then clock_timestamp()
        else a.window_started_at
    end
where a.failures < :address_limit::int
   or a.window_started_at <= clock_timestamp() - interval '1 minute'
returning true;
