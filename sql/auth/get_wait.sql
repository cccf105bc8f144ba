-- How long this account must wait in this network; no row where nothing failed.
select ceil(extract(epoch from greatest(blocked_until - clock_timestamp(), interval '0')))::int
       as wait_seconds
from login_throttles
where account_key = :account_key and network = :network;
