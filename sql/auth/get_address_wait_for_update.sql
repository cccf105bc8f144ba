-- How long a client address must wait that has used up its failures of this minute.
select ceil(extract(epoch from greatest(
           window_started_at + interval '1 minute' - clock_timestamp(), interval '0'
       )))::int as wait_seconds
from login_addresses
where address = :address and failures >= :address_limit::int
for update;
