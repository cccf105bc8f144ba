-- The same, held: whether an attempt succeeded is told only while no other one is counted.
select ceil(extract(epoch from greatest(blocked_until - clock_timestamp(), interval '0')))::int
       as wait_seconds
from login_throttles
where account_key = :account_key and network = :network
for update;
